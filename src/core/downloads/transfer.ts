import type { Random } from "../ports/random.ts";
import type { Proof } from "../protocol/models.ts";
import { fault, isFault } from "../util/faults.ts";
import { bytes } from "../util/ids.ts";
import { fetchFile } from "./engine/fetch-file.ts";
import type { Fetching } from "./engine/fetching.ts";
import { type Growing, type GrowingPorts, openGrowing } from "./engine/growing.ts";
import { createLaneBudget } from "./engine/lane-budget.ts";
import { mendNext } from "./engine/mend.ts";
import { type SourcePorts, createFileSource } from "./engine/source.ts";
import { createTokenBucket } from "./engine/token-bucket.ts";
import { createRateGate } from "./rate-gate.ts";
import { isOwnPartial, keepOthers } from "./own-partial.ts";
import { removeOwn } from "./remove-own.ts";
import { removeSidecar } from "./remove-sidecar.ts";
import { partialPath, sidecarPath } from "./sidecar.ts";
import { type Sums, createSums, proofOf } from "./sums.ts";
import type { Patience, TransferJob, TransferProgress, TransferResult, Transfers } from "./transfers.ts";

export interface TransferPorts extends GrowingPorts, SourcePorts {
  readonly random: Random;
  /** As `GrowthLimits.busy`; absent: never. */
  readonly busy?: () => number;
  /** Asked when the new bytes are proven, right before they take the place of a file; rejects where that must stay. */
  readonly mayReplace?: (job: TransferJob) => Promise<void>;
}

export interface TransferOptions {
  readonly patience: Patience;
  /** Connections to one host, of all files together. */
  readonly perHost: number;
  /** How far beyond what is there without a gap a file is written; undefined: anywhere. */
  readonly window?: number;
}

/** Connections of all files together, to whatever host. */
const MOST_LANES = 16;

type Report = (progress: TransferProgress) => void;

/** Fetches files, several connections each. Connections, the limit and a host's wish to wait are shared by all files. */
export function createTransfer(
  ports: TransferPorts,
  { patience, perHost, window }: TransferOptions,
): Pick<Transfers, "run" | "limit"> {
  const gate = createRateGate(ports.clock);
  const budget = createLaneBudget(Math.max(MOST_LANES, perHost), perHost);
  const bucket = createTokenBucket(ports.clock);

  async function run(job: TransferJob, onProgress: Report, signal: AbortSignal): Promise<TransferResult> {
    signal.throwIfAborted();
    const here = await acceptPresent(ports, job, onProgress, signal);
    if (here) return here;
    await makePlace(ports, job);
    await keepOthers(ports, job);
    const growing = await openGrowing(ports, job, patience);
    try {
      await ensureSpace(ports, job, growing.done());
      if (growing.done() > 0) onProgress({ phase: "checking", doneBytes: growing.done() });
      const { clock, random } = ports;
      const source = createFileSource(ports, job, patience);
      const fetching: Fetching = {
        clock,
        random,
        job,
        patience,
        growing,
        source,
        gate,
        budget,
        bucket,
        window,
        busy: ports.busy ?? (() => 0),
        onBytes: (connections) => onProgress({ phase: "fetching", doneBytes: growing.done(), connections }),
        onWait: (waiting) => onProgress({ phase: "fetching", doneBytes: growing.done(), waiting }),
      };
      const { sums, proof } = await fetchProven(fetching, ports, onProgress, signal);
      if (job.force) await ports.mayReplace?.(job);
      await ports.partials.publish(partialPath(job.target), job.target, { replace: job.force });
      if (growing.recorded()) await removeSidecar(ports.files, job.target);
      else await removeOwn(ports.files, sidecarPath(job.target));
      return await result(ports, job, "fetched", proof, sums);
    } catch (error) {
      // What was fetched is kept whatever happened; a disk that refuses says so by the first error already.
      await growing.save().catch(() => undefined);
      throw withNeed(error, job, growing.done());
    } finally {
      await growing.close();
    }
  }
  return { run, limit: (bytesPerSecond) => bucket.limit(bytesPerSecond) };
}

/**
 * Where the bytes are not the promised ones, they are fetched again and compared: a bit may flip on the way, hardly the
 * same one twice.
 */
async function fetchProven(
  fetching: Fetching,
  ports: TransferPorts,
  onProgress: Report,
  signal: AbortSignal,
): Promise<{ readonly sums: Sums; readonly proof: Proof }> {
  const { job, growing } = fetching;
  const whole = await fetchFile(fetching, false, signal);
  for (let from: number | undefined = 0; ;) {
    onProgress({ phase: "checking", doneBytes: job.sizeBytes });
    const sums = await growing.finish(signal);
    const proof = proofOf(sums, job);
    if (proof !== undefined) return { sums, proof };
    if (from !== undefined) from = await mendNext(fetching, { from, whole }, signal);
    if (from === undefined) throw await setAside(ports, job, growing, sums);
  }
}

async function setAside(
  { files, partials, clock }: TransferPorts,
  job: TransferJob,
  growing: Growing,
  sums: Sums,
): Promise<Error> {
  const time = new Date(clock.wall()).toISOString().replaceAll(/[:.]/g, "-");
  const keptAs = `${job.target}.corrupt-${time}`;
  await partials.rename(partialPath(job.target), keptAs);
  await removeSidecar(files, job.target);
  growing.abandon();
  const [expected = "", actual = ""] =
    job.sha256 === undefined ? [job.gitSha1, sums.gitSha1] : [job.sha256, sums.sha256];
  return fault({ code: "hashMismatch", path: job.target, expected, actual, keptAs });
}

/** What has the name already: the right bytes are taken as they are, others are never touched unless the person forces it. */
async function acceptPresent(
  ports: TransferPorts,
  job: TransferJob,
  onProgress: Report,
  signal: AbortSignal,
): Promise<TransferResult | undefined> {
  const present = await ports.files.stat(job.target);
  if (present === undefined || (job.force && present.kind === "file")) return undefined;
  const exists = fault({ code: "exists", what: "file", name: job.target });
  if (present.kind !== "file" || present.size !== job.sizeBytes) throw exists;
  const sums = createSums(ports.digest, job);
  let doneBytes = 0;
  for await (const chunk of ports.partials.read(job.target, signal)) {
    sums.update(chunk);
    doneBytes += chunk.length;
    onProgress({ phase: "checking", doneBytes });
  }
  const taken = sums.take();
  const proof = proofOf(taken, job);
  // Of a source that proves nothing no file is known to be the right one.
  if (proof === undefined || proof === "unverified") throw exists;
  if (await isOwnPartial(ports.files, job.target)) await removeOwn(ports.files, partialPath(job.target));
  await removeSidecar(ports.files, job.target);
  return result(ports, job, "accepted", proof, taken);
}

/** The folder, where it really is: a link in the way must not lead out of the root. */
async function makePlace({ files }: TransferPorts, job: TransferJob): Promise<void> {
  const folder = job.target.slice(0, Math.max(job.target.lastIndexOf("/"), job.target.lastIndexOf("\\")));
  await files.makeFolder(folder);
  const [root, place] = await Promise.all([files.resolve(job.root), files.resolve(folder)]);
  const inside = root !== undefined && place !== undefined && (place === root || place.startsWith(withSlash(root)));
  if (!inside) throw fault({ code: "fileUnreadable", path: folder, reason: `a link leads out of ${job.root}` });
}

const withSlash = (folder: string): string => {
  const slash = folder.includes("\\") ? "\\" : "/";
  return folder.endsWith(slash) ? folder : folder + slash;
};

async function ensureSpace({ files }: TransferPorts, job: TransferJob, have: number): Promise<void> {
  const free = await files.freeSpace(job.target);
  const needed = job.sizeBytes - have + job.reserveBytes;
  if (free < needed) throw fault({ code: "diskFull", path: job.root, needed: bytes(needed), free });
}

/** A full disk is told with what the file still takes, not with what the last write took. */
function withNeed(error: unknown, job: TransferJob, have: number): Error {
  if (!isFault(error, "diskFull")) return error instanceof Error ? error : new Error(String(error));
  const needed = Math.max(error.fault.needed, job.sizeBytes - have + job.reserveBytes);
  return fault({ ...error.fault, path: job.root, needed: bytes(needed) }, error.cause);
}

async function result(
  { files }: TransferPorts,
  job: TransferJob,
  outcome: TransferResult["outcome"],
  proof: Proof,
  sums: Sums,
): Promise<TransferResult> {
  const facts = await files.stat(job.target);
  if (!facts) throw fault({ code: "fileUnreadable", path: job.target, reason: "it was removed while it was finished" });
  return { outcome, proof, ...sums, modified: facts.modified, identity: facts.identity };
}
