import type { Clock } from "../../ports/clock.ts";
import type { MakeDigest } from "../../ports/digest.ts";
import type { Files } from "../../ports/files.ts";
import type { Follower, Following } from "../../ports/follower.ts";
import type { PartialFile, PartialFiles } from "../../ports/partial-files.ts";
import { bytes } from "../../util/ids.ts";
import { createRecorder } from "../recorder.ts";
import { type Sidecar, partialPath, readSidecar, sidecarPath, writeMark } from "../sidecar.ts";
import { type Sums, createSums } from "../sums.ts";
import type { Patience, TransferJob } from "../transfers.ts";
import { extentSize } from "./extents.ts";
import { type Range, createRanges } from "./ranges.ts";

export interface GrowingPorts {
  readonly files: Files;
  readonly partials: PartialFiles;
  readonly digest: MakeDigest;
  readonly clock: Clock;
  readonly follower: Follower;
}

/** A file on its way: the parts there are, their digest as far as it goes, and the record that lets them be gone on from. */
export interface Growing {
  /** Bytes there are. */
  done(): number;
  /** In order. */
  missing(): readonly Range[];
  frontier(): number;
  /** Of the answers they came with. */
  etag(): string | undefined;
  /** Whether an answer may add to what is here: only with an etag to hold it to, or a digest that proves the whole. */
  resumable(): boolean;
  /** Forgets what is here; nothing may be on its way. */
  restart(): Promise<void>;
  /** What comes from now on came under this etag. */
  accept(etag: string | undefined): Promise<void>;
  /** They are there when it resolves. Parts may be written in any order, and at the same time. */
  write(at: number, chunks: readonly Uint8Array[]): Promise<void>;
  /** Whether a record is due: what was gathered should be written. */
  due(): boolean;
  read(from: number, length: number): Promise<Uint8Array>;
  /** Other bytes where some are already; the digest begins anew. */
  mend(at: number, chunk: Uint8Array): Promise<void>;
  /** To the disk, to stay, with the record of it. */
  save(): Promise<void>;
  /** When all is there: everything is on the disk then. */
  finish(signal: AbortSignal): Promise<Sums>;
  /** A record of it, or what is left of one, may lie beside it; a mark does in any case. */
  recorded(): boolean;
  /** The file has gone elsewhere: nothing more is written or recorded. */
  abandon(): void;
  /** Removes what holds nothing. */
  close(): Promise<void>;
}

const PIECE = 2 ** 20;

/** Opens the partial file of a job; what is there of it is hashed while the rest is fetched. */
export async function openGrowing(
  { files, partials, digest, clock, follower }: GrowingPorts,
  job: TransferJob,
  patience: Patience,
): Promise<Growing> {
  const paths = { data: partialPath(job.target), sidecar: sidecarPath(job.target) };
  const text = await files.readText(paths.sidecar, bytes(PIECE)).catch(() => "");
  const recorded = readSidecar(job, text ?? "");
  const file = text === undefined ? await openMarked(files, partials, job) : await partials.open(paths.data);
  const recorder = createRecorder({ files, clock }, job, file, patience);
  /** One request fetches it: hashed at its end, where it is still in the cache. */
  const isSmall = job.sizeBytes <= extentSize(job.sizeBytes);
  let ranges = createRanges();
  let etag = typeof recorded === "object" ? recorded.etag : undefined;
  let following: Following | undefined;
  /** The first record, which others wait for too; undefined: there is none. */
  let announced: Promise<void> | undefined = typeof recorded === "object" ? Promise.resolve() : undefined;
  let wasThere = text !== undefined;
  /** `gone`: under another name by now. */
  let state: "open" | "finished" | "gone" = "open";

  try {
    const size = await file.size();
    wasThere ||= size > 0 || !isSmall;
    ranges = createRanges(usableParts(job, recorded, size));
    follow();
  } catch (error) {
    await file.close();
    throw error;
  }

  function follow(): void {
    following?.end();
    following = isSmall
      ? undefined
      : follower.follow({ path: paths.data, sizeBytes: job.sizeBytes, git: job.gitSha1 !== undefined });
    following?.reach(ranges.frontier());
  }

  const sidecar = (): Sidecar => ({ synced: ranges.list(), ...(etag !== undefined && { etag }) });

  return {
    done: () => ranges.total(),
    missing: () => ranges.missing(job.sizeBytes),
    frontier: () => ranges.frontier(),
    etag: () => etag,
    resumable: () => etag !== undefined || isProvable(job),
    restart: async () => {
      await recorder.settle();
      const held = ranges.total() > 0 || recorded !== undefined;
      ranges = createRanges();
      etag = undefined;
      state = "open";
      // The old record must be gone for good before its bytes are overwritten.
      if (held) await recorder.now(sidecar());
      announced = held ? Promise.resolve() : undefined;
      follow();
    },
    accept: async (next) => {
      etag = next;
      // Parts come in any order: without a record, what has come would look like more than it is.
      if (isSmall) return;
      announced ??= recorder.now(sidecar()).catch((error: unknown) => {
        // Whoever asks next tries again.
        announced = undefined;
        throw error;
      });
      await announced;
    },
    write: async (at, chunks) => {
      await file.write(at, chunks);
      const end = chunks.reduce((sum, chunk) => sum + chunk.length, at);
      ranges.add({ from: at, end });
      following?.reach(ranges.frontier());
      if (recorder.failed()) await recorder.settle();
      if (recorder.due(ranges.total())) recorder.begin(sidecar());
    },
    due: () => recorder.due(ranges.total() + PIECE),
    read: (from, length) => file.read(from, length),
    mend: async (at, chunk) => {
      following?.end();
      following = undefined;
      await file.write(at, [chunk]);
    },
    save: async () => {
      if (state === "gone") return;
      await recorder.settle();
      if (ranges.total() > 0) await recorder.now(sidecar());
    },
    finish: async (signal) => {
      await recorder.settle();
      if ((await file.size()) !== job.sizeBytes) await file.truncate(job.sizeBytes);
      // Mended: what was hashed is no longer what is there.
      if (!following) follow();
      const sums = following ? following.sums(signal) : hashWhole(file, digest, job, signal);
      const [, taken] = await Promise.all([file.sync(), sums]);
      state = "finished";
      return taken;
    },
    recorded: () => wasThere || recorder.used(),
    abandon: () => void (state = "gone"),
    close: async () => {
      following?.end();
      await recorder.settle().catch(() => undefined);
      await file.close();
      if (state !== "open" || ranges.total() > 0) return;
      await files.remove(paths.data);
      await files.remove(paths.sidecar);
    },
  };
}

/** Where it cannot be opened, what has the name is not ours, and must not look so. */
async function openMarked(files: Files, partials: PartialFiles, job: TransferJob): Promise<PartialFile> {
  await partials.note(sidecarPath(job.target), writeMark(job));
  try {
    return await partials.open(partialPath(job.target));
  } catch (error) {
    await files.remove(sidecarPath(job.target)).catch(() => undefined);
    throw error;
  }
}

/** A digest is there to hold the whole to. */
export const isProvable = (job: TransferJob): boolean => job.sha256 !== undefined || job.gitSha1 !== undefined;

/** What of a partial file may be gone on from. */
function usableParts(job: TransferJob, recorded: Sidecar | "other" | undefined, length: number): readonly Range[] {
  // A part of another commit or size is overwritten from the start.
  if (recorded === "other") return [];
  if (recorded) {
    if (!isProvable(job) && recorded.etag === undefined) return [];
    return recorded.synced.flatMap(({ from, end }) => (from < length ? [{ from, end: Math.min(end, length) }] : []));
  }
  // No record, or a torn one: the digest at the end will tell whether these bytes are right, where there is one.
  return isProvable(job) && length > 0 && length <= job.sizeBytes ? [{ from: 0, end: length }] : [];
}

async function hashWhole(file: PartialFile, digest: MakeDigest, job: TransferJob, signal: AbortSignal): Promise<Sums> {
  const sums = createSums(digest, job);
  for await (const chunk of readPieces(file, job.sizeBytes, signal)) sums.update(chunk);
  return sums.take();
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
