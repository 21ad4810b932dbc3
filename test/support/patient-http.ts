import { nodeServerHttp } from "../../src/core/adapters/server-http.ts";
import type { ServerHttp } from "../../src/core/ports/server-http.ts";
import { millis } from "../../src/core/util/ids.ts";

const LONG = millis(60_000);

/** Waits for answers longer than the program would: a machine that does much else gives them late. */
export const patientHttp: Pick<ServerHttp, "get" | "text"> = {
  get: (url, _limit, signal) => nodeServerHttp.get(url, LONG, signal),
  text: (url, _limit, signal) => nodeServerHttp.text(url, LONG, signal),
};
