/**
 * Starts a server as a process and ends itself hard at one of the steps of that:  node starter.ts <what to do as JSON>
 * The runtime asks its fence before each deed: that is where it is cut off.
 */
import { createProcessRuntime } from "../../../src/core/adapters/process-runtime.ts";
import type { ServerSpec } from "../../../src/core/ports/runtime.ts";

const { storage, spec, killAt } = JSON.parse(process.argv[2] ?? "{}") as {
  readonly storage: string;
  readonly spec: ServerSpec;
  readonly killAt: number;
};
let asked = 0;
const fence = (): void => {
  asked += 1;
  if (asked === killAt) process.kill(process.pid, "SIGKILL");
};
await createProcessRuntime({ storage, fence }).start(spec, new AbortController().signal);
console.log("started");
