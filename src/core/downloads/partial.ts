import type { Clock } from "../ports/clock.ts";
import type { MakeDigest } from "../ports/digest.ts";
import type { Files } from "../ports/files.ts";
import type { PartialFile, PartialFiles } from "../ports/partial-files.ts";
import { bytes } from "../util/ids.ts";
import { type Sums, createSums } from "./sums.ts";
import { createRecorder } from "./recorder.ts";
import { type Sidecar, partialPath, readSidecar, sidecarPath } from "./sidecar.ts";
import type { Patience, TransferJob } from "./transfers.ts";

export interface PartialPorts {
  readonly files: Files;
  readonly partials: PartialFiles;
  readonly digest: MakeDigest;
  readonly clock: Clock;
}

/** A file on its way: its bytes so far, their digest, and the record that lets them be gone on from. */
export interface Partial {
  /** Bytes there are, from the start. */
  offset(): number;
  /** Of the answer they came with. */
  etag(): string | undefined;
  /** Whether an answer may go on from `offset`: only with an etag to hold it to, or a digest that proves the whole. */
  resumable(): boolean;
  /** Forgets what is here; what comes now is written from the start and belongs to this etag. */
  restart(etag: string | undefined): Promise<void>;
  /** What comes now goes on from what is here, under this etag. */
  resume(etag: string | undefined): void;
  append(chunk: Uint8Array): Promise<void>;
  /** To the disk, to stay, with the record of it. */
  save(): Promise<void>;
  /** Once, when all is there. Everything is on the disk then. */
  finish(): Promise<Sums>;
  /** The file has gone elsewhere: nothing more is written or recorded. */
  abandon(): void;
  /** Removes what holds nothing. */
  close(): Promise<void>;
}

const PIECE = 2 ** 20;

/**
 * Opens the partial file of a job, reads again what is there of it, and stands at its end.
 * @param onChecked hears how many bytes were read again
 */
export async function openPartial(
  { files, partials, digest, clock }: PartialPorts,
  job: TransferJob,
  patience: Patience,
  onChecked: (count: number) => void,
  signal: AbortSignal,
): Promise<Partial> {
  const paths = { data: partialPath(job.target), sidecar: sidecarPath(job.target) };
  const recorded = readSidecar(job, (await files.readText(paths.sidecar, bytes(PIECE)).catch(() => "")) ?? "");
  const file = await partials.open(paths.data);
  const recorder = createRecorder({ files, clock }, job, file, patience);
  let sums = createSums(digest, job);
  let etag: string | undefined;
  /** Bytes in the file; those after it wait in `pieces`. */
  let written = 0;
  let pieces: Uint8Array[] = [];
  let waiting = 0;
  /** `gone`: under another name by now. */
  let state: "open" | "finished" | "gone" = "open";

  async function flush(): Promise<void> {
    if (waiting === 0) return;
    const chunk = joined(pieces, waiting);
    pieces = [];
    waiting = 0;
    await file.write(written, chunk);
    written += chunk.length;
  }

  const sidecar = (): Sidecar => ({ synced: written, ...(etag !== undefined && { etag }) });

  try {
    const usable = usableLength(job, recorded, await file.size());
    if (typeof recorded === "object") etag = recorded.etag;
    for await (const chunk of readPieces(file, usable, signal)) {
      sums.update(chunk);
      written += chunk.length;
      onChecked(written);
    }
  } catch (error) {
    await file.close();
    throw error;
  }

  return {
    offset: () => written + waiting,
    etag: () => etag,
    resumable: () => written + waiting > 0 && (etag !== undefined || isProvable(job)),
    restart: async (next) => {
      await recorder.settle();
      sums = createSums(digest, job);
      etag = next;
      state = "open";
      pieces = [];
      waiting = 0;
      const held = written > 0 || recorded !== undefined;
      written = 0;
      // The old record must be gone for good before its bytes are overwritten.
      if (held) await recorder.now(sidecar());
    },
    resume: (next) => void (etag = next),
    append: async (chunk) => {
      sums.update(chunk);
      pieces.push(chunk);
      waiting += chunk.length;
      if (waiting >= PIECE) await flush();
      if (recorder.failed()) await recorder.settle();
      if (!recorder.due(written)) return;
      await flush();
      recorder.begin(sidecar());
    },
    save: async () => {
      if (state === "gone") return;
      await recorder.settle();
      await flush();
      if (written > 0) await recorder.now(sidecar());
    },
    finish: async () => {
      await recorder.settle();
      await flush();
      if ((await file.size()) !== written) await file.truncate(written);
      await file.sync();
      state = "finished";
      return sums.take();
    },
    abandon: () => void (state = "gone"),
    close: async () => {
      await recorder.settle().catch(() => undefined);
      await file.close();
      if (state !== "open" || written > 0) return;
      await files.remove(paths.data);
      await files.remove(paths.sidecar);
    },
  };
}

const isProvable = (job: TransferJob): boolean => job.sha256 !== undefined || job.gitSha1 !== undefined;

/** How much of a partial file may be gone on from. */
function usableLength(job: TransferJob, recorded: Sidecar | "other" | undefined, length: number): number {
  // A part of another commit or size is overwritten from the start.
  if (recorded === "other") return 0;
  if (recorded) return isProvable(job) || recorded.etag !== undefined ? Math.min(recorded.synced, length) : 0;
  // No record, or a torn one: the digest at the end will tell whether these bytes are right, where there is one.
  return isProvable(job) && length <= job.sizeBytes ? length : 0;
}

async function* readPieces(file: PartialFile, length: number, signal: AbortSignal): AsyncIterable<Uint8Array> {
  for (let at = 0; at < length;) {
    signal.throwIfAborted();
    const chunk = await file.read(at, Math.min(PIECE, length - at));
    if (chunk.length === 0) return;
    at += chunk.length;
    yield chunk;
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
