import { spawn } from "node:child_process";
import type { ProcessSpec, ServerExit } from "../ports/runtime.ts";
import { fault, isFault, reasonOf } from "../util/faults.ts";
import { TOKEN } from "./find-started.ts";
import { memoryKills } from "./process-identity.ts";
import { openLog } from "./process-log.ts";
import { serverEnvironment } from "./server-environment.ts";
import { signalCode } from "./signal-code.ts";
import { visibleGpus } from "./visible-gpus.ts";

/**
 * A server at the head of its own group, with its log in a file. @param token by which its intent knows it
 * @param inUse logs that stay
 */
export async function spawnServer(
  spec: ProcessSpec & { readonly found: string },
  token: string,
  log: string,
  inUse: ReadonlySet<string>,
  fence: () => void,
): Promise<{ readonly pid: number; readonly exit: Promise<ServerExit> }> {
  const output = await openLog(log, inUse);
  try {
    const killsBefore = await memoryKills();
    fence();
    const child = spawn(spec.found, spec.args, {
      cwd: spec.workingFolder,
      detached: true,
      stdio: ["ignore", output.fd, output.fd],
      env: {
        ...serverEnvironment(process.env),
        ...visibleGpus(spec.gpus ?? "all"),
        ...spec.environment,
        [TOKEN]: token,
      },
      windowsHide: true,
    });
    const exit = new Promise<ServerExit>((resolve) => {
      child.once("exit", (code, signal) => {
        const killed = signal === "SIGKILL";
        void memoryKills().then((kills) =>
          resolve({
            code: code ?? signalCode(signal),
            oomKilled: !killed
              ? false
              : kills === undefined || killsBefore === undefined
                ? undefined
                : kills > killsBefore,
          }),
        );
      });
    });
    await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.unref();
    return { pid: child.pid ?? 0, exit };
  } catch (error) {
    if (isFault(error)) throw error;
    throw fault(
      { code: "serverExited", server: spec.found, exitCode: null, reason: reasonOf(error), logTail: [] },
      error,
    );
  } finally {
    await output.close();
  }
}
