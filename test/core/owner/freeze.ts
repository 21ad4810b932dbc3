/**
 * Preloaded into the process of a window (`WindowOptions.freezes`), it freezes that at a point of what its deck does, says
 * `frozen` in its log right before, and is no more than that point to the test: whoever watches from outside comes too late.
 */
import fs, { writeSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";

export type Freezing = "stopping" | "moving";
/** Files that are in the trash by then. */
const MOVED = 20;

const kill = process.kill.bind(process);
const freeze = (): void => {
  writeSync(1, `${JSON.stringify({ log: "frozen" })}\n`);
  kill(process.pid, "SIGSTOP");
  // All threads are stopped in a moment; this one does nothing until then.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
};

const at: Readonly<Record<Freezing, () => void>> = {
  /** A server was asked to end, and is waited for. */
  stopping: () => {
    let isAsked = false;
    process.kill = (pid, signal) => {
      const told = kill(pid, signal);
      if (signal === "SIGTERM" && !isAsked) setImmediate(freeze);
      isAsked ||= signal === "SIGTERM";
      return told;
    };
  },
  /** Some of many files were moved into the trash. */
  moving: () => {
    const { rename } = fs.promises;
    let moved = 0;
    const counted: typeof rename = async (from, to) => {
      await rename(from, to);
      if (!String(to).includes(".modeldeck-trash")) return;
      moved += 1;
      if (moved === MOVED) freeze();
    };
    Object.assign(fs.promises, { rename: counted });
    syncBuiltinESMExports();
  },
};

// The deck lives in a thread; programs that it starts are given this file, too.
const when = process.env["MODELDECK_FREEZE"];
if (!isMainThread && (when === "stopping" || when === "moving")) at[when]();
