import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { fault } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import { serverEnvironment } from "./server-environment.ts";

const PATIENCE = millis(20_000);

/** A binary as it is now: its place, when it was changed, and its size. */
export async function buildOf(binary: string): Promise<string> {
  const { mtimeMs, size } = await stat(binary);
  return JSON.stringify([binary, mtimeMs, size]);
}

/** What it prints on either stream; some end with an error after it. @param binary absolute */
export const askHelp = (binary: string, signal: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = {
      timeout: PATIENCE,
      maxBuffer: 4 * 2 ** 20,
      windowsHide: true,
      signal,
      env: serverEnvironment(process.env),
    };
    execFile(binary, ["--help"], options, (error, stdout, stderr) => {
      const said = stdout.includes("--") ? stdout : `${stdout}\n${stderr}`;
      if (signal.aborted) reject(signal.reason);
      else if (error?.killed === true)
        reject(fault({ code: "timeout", what: `${binary} --help`, waited: PATIENCE }, error));
      else resolve(said);
    });
  });
