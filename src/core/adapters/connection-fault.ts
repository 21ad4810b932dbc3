import { connectionReason } from "../sources/hub-faults.ts";
import { ALLOWED_BY } from "../sources/url/allow-address.ts";
import { fault } from "../util/faults.ts";
import { codeOf } from "./node-files.ts";
import { PRIVATE_CODE } from "./net-agents.ts";

/** Never the error itself: those of libraries carry the address, the headers and the token with them. */
export const connectionFault = (host: string, error: unknown): Error =>
  isPrivate(error) ? privateFault(host) : fault({ code: "network", host, reason: connectionReason(error) });

const isPrivate = (error: unknown): boolean =>
  codeOf(error) === PRIVATE_CODE || (error instanceof Error && error.cause !== undefined && isPrivate(error.cause));

export const privateFault = (host: string): Error =>
  fault({ code: "forbidden", host, reason: `its name stands for an address of the local network; ${ALLOWED_BY}` });
