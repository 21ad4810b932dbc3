import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import type { PartialFile } from "../ports/partial-files.ts";
import { fault } from "../util/faults.ts";
import { bytes } from "../util/ids.ts";
import { type Sidecar, sidecarPath, writeSidecar } from "./sidecar.ts";
import type { Patience, TransferJob } from "./transfers.ts";

/** Records what of a partial file the disk has. Data first, then the record: it never says more than the disk has. */
export interface Recorder {
  /** Whether a record is due, and none on its way. @param total bytes there are in all */
  due(total: number): boolean;
  /** While bytes go on coming; what fails is thrown by the next `settle`. */
  begin(state: Sidecar): void;
  /** Waits for the one on its way. */
  settle(): Promise<void>;
  now(state: Sidecar): Promise<void>;
  failed(): boolean;
  /** Whether there ever was one. */
  used(): boolean;
}

/** A record is due after this much too, where that took half as long as one has time: a fast line is not stopped for it. */
const CHECKPOINT_BYTES = 64 * 2 ** 20;

export const totalOf = (state: Sidecar): number => state.synced.reduce((sum, { from, end }) => sum + end - from, 0);

export function createRecorder(
  { files, clock }: { readonly files: Files; readonly clock: Clock },
  job: TransferJob,
  file: PartialFile,
  patience: Patience,
): Recorder {
  let recordedAt = clock.now();
  let recorded = 0;
  /** Never two at once. */
  let underWay: Promise<void> | undefined;
  let failure: Error | undefined;
  let used = false;

  async function now(state: Sidecar): Promise<void> {
    used = true;
    recordedAt = clock.now();
    recorded = totalOf(state);
    await file.sync();
    await files.replace(sidecarPath(job.target), writeSidecar(job, state));
  }

  /** Others fill the disk too: what is kept free stays free. */
  async function ensureSpace(state: Sidecar): Promise<void> {
    const [free, needed] = [await files.freeSpace(job.target), job.sizeBytes - totalOf(state) + job.reserveBytes];
    if (free < needed) throw fault({ code: "diskFull", path: job.root, needed: bytes(needed), free });
  }

  async function watched(state: Sidecar): Promise<void> {
    try {
      await now(state);
      await ensureSpace(state);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    } finally {
      underWay = undefined;
    }
  }

  return {
    due: (total) => {
      if (underWay !== undefined) return false;
      const since = clock.now() - recordedAt;
      return (
        since >= patience.checkpointEvery ||
        (total - recorded >= CHECKPOINT_BYTES && since >= patience.checkpointEvery / 2)
      );
    },
    begin: (state) => void (underWay = watched(state)),
    settle: async () => {
      await underWay;
      if (failure === undefined) return;
      const thrown = failure;
      failure = undefined;
      throw thrown;
    },
    now,
    failed: () => failure !== undefined,
    used: () => used,
  };
}
