import { Worker } from "node:worker_threads";
import type { DiskItem, DiskLook, Looked } from "../ports/disk-look.ts";
import { workerFile } from "./bundle-file.ts";
import { FACTS_EACH, type FromLookThread, type ToLookThread, lookedKinds } from "./look-messages.ts";
import { createStandingLook } from "./standing-look.ts";

/** Fewer are looked at as they are: a thread takes some 30 ms to start. */
const FEW = 500;
/** Paths in one message: packing and reading them holds the loop no longer than a few milliseconds. */
const AT_ONCE = 2000;

/**
 * Looks at what many are in a thread that is there for the one call. A share that hangs holds that thread and nobody else; who
 * gives up does not wait for it.
 */
export const withLookThread = (look: DiskLook): DiskLook => ({
  ...look,
  areThere: createStandingLook(look),
  lookAtAll: (paths, signal) => (paths.length < FEW ? look.lookAtAll(paths, signal) : lookInThread(paths, signal)),
});

async function lookInThread(paths: readonly string[], signal: AbortSignal): Promise<readonly Looked[]> {
  signal.throwIfAborted();
  const found: Looked[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // The host's own flags, as of its debugger, are not for the thread.
  const worker = new Worker(workerFile("look"), { name: "Model Deck look", execArgv: [] });
  const send = (): void => {
    const some: ToLookThread = paths.slice(sent, (sent += AT_ONCE));
    if (some.length > 0) worker.postMessage(some, []);
  };
  const giveUp = (): void => reject(signal.reason);
  let sent = 0;
  signal.addEventListener("abort", giveUp, { once: true });
  worker.on("message", (answer: FromLookThread) => {
    send();
    take(answer, found);
    if (found.length === paths.length) resolve();
  });
  worker.on("error", reject);
  worker.on("exit", () => reject(new Error("the thread that looks at the disk ended")));
  try {
    // It has the next ones when it is done with the first.
    send();
    send();
    await promise;
    return found;
  } finally {
    signal.removeEventListener("abort", giveUp);
    void worker.terminate();
  }
}

function take({ facts, reasons }: FromLookThread, found: Looked[]): void {
  for (let at = 0, index = 0; at < facts.length; at += FACTS_EACH, index += 1) {
    const kind = lookedKinds[facts[at] ?? 0] ?? "absent";
    if (kind === "absent") found.push(undefined);
    else if (kind === "unreadable") found.push({ kind, reason: reasons.get(index) ?? "" });
    else {
      const [, size = 0, modified = 0, device = 0, inode = 0, names = 0] = facts.subarray(at, at + FACTS_EACH);
      found.push({ kind, size, modified, identity: `${device}:${inode}`, names, device } satisfies DiskItem);
    }
  }
}
