import { Worker } from "node:worker_threads";
import type { FiledEntry, ReadRegistry } from "../registry/registry-file.ts";
import { fault, reasonOf } from "../util/faults.ts";
import { workerFile } from "./bundle-file.ts";
import { errorOf } from "./registry/calls.ts";
import type { RegistryFileReply } from "./registry-file-messages.ts";

/** A thread for each file, gone when it is read: a hundred megabytes of JSON would hold the loop for a second. */
export const readRegistry: ReadRegistry = async (file, signal) => {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<readonly FiledEntry[]>();
  const entries: FiledEntry[] = [];
  const worker = new Worker(workerFile("registry-file"), {
    workerData: file,
    name: "Model Deck registry file",
    execArgv: [],
  });
  const broke = (reason: string, cause?: unknown): void =>
    reject(fault({ code: "fileUnreadable", path: file, reason }, cause));
  const cancel = (): void => reject(signal.reason);
  worker.on("message", (reply: RegistryFileReply) => {
    if (reply.kind === "entries") entries.push(...reply.entries);
    else if (reply.kind === "end") resolve(entries);
    else reject(errorOf(reply.trouble));
  });
  worker.on("error", (error) => broke(reasonOf(error), error));
  worker.on("exit", (code) => broke(`its reader ended with code ${code}`));
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", cancel);
    await worker.terminate();
  }
};
