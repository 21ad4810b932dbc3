import { hashFile } from "../../../src/core/adapters/hash-file.ts";
import type { HashedFile, Hasher } from "../../../src/core/ports/hasher.ts";
import { createGate } from "../../../src/core/tasks/gate.ts";

/** Of a file longer than that, so many bytes are read before its middle comes. */
export const FIRST_PIECE = 2 ** 20;

/**
 * Hashes as the threads do, but on this loop, so that a test says how long a file takes and not the machine.
 * @param midway awaited in the middle of each reading, after the first piece, of which it is told before
 */
export function hashHere(midway: (file: string) => Promise<unknown>): Hasher {
  return {
    lanes: 2,
    start: (job, onBytes, signal) => {
      const gate = createGate();
      const aborted = new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      let pieces = 0;
      const goOn = async (): Promise<boolean> => {
        pieces += 1;
        if (pieces === 1) await Promise.race([midway(job.path), aborted]);
        await gate.passed(signal).catch(() => undefined);
        return !signal.aborted;
      };
      const hash = async (): Promise<HashedFile> => {
        const file = await hashFile(job, { goOn, onBytes });
        if (file) return file;
        throw signal.reason;
      };
      // Nobody is told of bytes before this has returned.
      const result = Promise.resolve().then(hash);
      return { result, hold: () => gate.shut(), go: () => gate.open() };
    },
    close: async () => undefined,
  };
}
