import { Worker } from "node:worker_threads";
import type { ReadReadme, ReadmeWish } from "../readme/read-readme.ts";
import { fault } from "../util/faults.ts";
import { workerFile } from "./bundle-file.ts";

/**
 * A README as data, read in a thread of its own that ends with it.
 * @param limit milliseconds it may take
 * @throws FaultError `formatInvalid` where it takes longer or too much memory
 */
export async function readReadmeApart(wish: ReadmeWish, limit: number, signal: AbortSignal): Promise<ReadReadme> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<ReadReadme>();
  const fail = (reason: string): void => reject(fault({ code: "formatInvalid", what: "the README", reason }));
  const worker = new Worker(workerFile("readme"), {
    name: "Model Deck README",
    execArgv: [],
    workerData: wish,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  worker.on("message", resolve);
  worker.on("error", (error) => fail(`it broke the reader (${error.message})`));
  worker.on("exit", () => fail("the reader ended"));
  const overdue = setTimeout(() => fail("it takes too long to read"), limit);
  const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await promise;
  } finally {
    clearTimeout(overdue);
    signal.removeEventListener("abort", stop);
    await worker.terminate();
  }
}
