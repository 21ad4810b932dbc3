import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import type { OllamaPulls } from "../ports/ollama-server.ts";
import type { Trouble } from "../protocol/downloads.ts";
import type { SourceAccess } from "../sources/access.ts";
import { fileAddress } from "../sources/hub-faults.ts";
import type { HostBook } from "../system/host-book.ts";
import { isFault } from "../util/faults.ts";
import { type Bytes, parseGitSha1, parseSha256 } from "../util/ids.ts";
import type { Item, ItemFile } from "./item.ts";
import type { DownloadPlan, FinishedFile } from "./plan.ts";
import { waitForOtherWriter } from "./other-writer.ts";
import { pullFile } from "./pull-file.ts";
import type { Reuse } from "./reuse.ts";
import { reuseFile } from "./reuse-file.ts";
import { takeProgress } from "./take-progress.ts";
import type { TransferJob, TransferProgress, Transfers } from "./transfers.ts";

export interface FileRunner {
  readonly transfers: Transfers;
  readonly reuse: Reuse;
  readonly ollamaPulls: OllamaPulls;
  readonly files: Files;
  readonly clock: Clock;
  /** Asked before each file; no token is kept. */
  readonly access: SourceAccess;
  readonly reserve: Bytes;
  /** At most so many for one file. */
  readonly connections: number;
  readonly allowPrivateHosts: boolean;
  /** Asked before each file: rejects where what it belongs to must not be changed by now. */
  readonly refuse: (plan: DownloadPlan) => Promise<void>;
  /** Told each time bytes came, of whichever file. */
  readonly onBytes: (count: number) => void;
  /** Told how sources answer. */
  readonly hosts: HostBook;
}

/** What one file's work has of its lane. */
export interface OwnLane {
  /** Something that is shown of it is another. */
  readonly onMoved: () => void;
  /** It only waits for now: another file may have its place. */
  readonly stepAside: () => void;
  /** Resolves when there is a place for it again. */
  readonly comeBack: () => Promise<void>;
}

/** Gets one file of a download, from this machine where its bytes are here; what moves is told to the item. */
export async function runFile(
  runner: FileRunner,
  item: Item,
  file: ItemFile,
  { onMoved, stepAside, comeBack }: OwnLane,
  signal: AbortSignal,
): Promise<FinishedFile> {
  await runner.refuse(item.plan);
  const onProgress = (progress: TransferProgress): void => {
    const came = takeProgress(item, file, progress, runner.clock.now());
    runner.onBytes(came);
    noteHost(runner, item, file, progress, came);
    onMoved();
  };
  if (item.plan.provider === "ollama") return pullFile(runner.ollamaPulls, item, file, onProgress, signal);
  const onWait = (why: Trouble): void => {
    file.pausedBy = why;
    stepAside();
    onMoved();
  };
  await waitForOtherWriter(runner, item.plan, file.planned, onWait, signal);
  if (file.pausedBy) {
    file.pausedBy = undefined;
    await comeBack();
  }
  const reused = await reuseFile(runner, item, file, onMoved, signal);
  if (reused) return reused;
  const token = await runner.access.tokenFor(item.plan.provider);
  const job = jobFor(runner, item, file, token);
  const done = await runner.transfers.run(job, onProgress, signal).catch((error: unknown) => {
    // Another program has put the same blob there meanwhile: it is proven, and taken.
    if (item.plan.layout !== "hf-cache" || !isFault(error, "exists")) throw error;
    return runner.transfers.run(job, onProgress, signal);
  });
  return {
    made: done.outcome === "fetched",
    proof: done.proof,
    sha256: done.sha256,
    ...(done.gitSha1 !== undefined && { gitSha1: done.gitSha1 }),
    modified: done.modified,
    identity: done.identity,
  };
}

function noteHost(
  { hosts, access }: FileRunner,
  { plan }: Item,
  { planned }: ItemFile,
  { waiting }: TransferProgress,
  came: number,
): void {
  const endpoint = access.endpointFor(plan.provider, planned.url);
  if (waiting?.code === "rateLimited") hosts.waits(waiting.host, waiting.retryAfter);
  else if (waiting?.code === "network") hosts.silent(waiting.host, waiting);
  else if (came > 0 && URL.canParse(endpoint)) hosts.answered(new URL(endpoint).host);
}

function jobFor(
  { access, reserve, connections, allowPrivateHosts }: FileRunner,
  { plan }: Item,
  { planned }: ItemFile,
  token: string | undefined,
): TransferJob {
  const endpoint = access.endpointFor(plan.provider, planned.url);
  const { repository, commit } = planned.from ?? plan;
  const sha256 = parseSha256(planned.sha256 ?? "");
  const gitSha1 = parseGitSha1(planned.gitSha1 ?? "");
  return {
    provider: plan.provider,
    url: planned.url ?? fileAddress(endpoint, repository, commit, planned.path),
    endpoint,
    repository,
    commit,
    file: planned.path,
    ...(token !== undefined && { token }),
    root: plan.root,
    target: planned.target,
    sizeBytes: planned.sizeBytes,
    ...(sha256 !== undefined && { sha256 }),
    ...(gitSha1 !== undefined && { gitSha1 }),
    connections,
    allowPrivateHosts,
    force: plan.force,
    reserveBytes: reserve,
  };
}
