import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import { fileAddress } from "../sources/hub-faults.ts";
import { fault } from "../util/faults.ts";
import { type Bytes, bytes, parseGitSha1, parseSha256 } from "../util/ids.ts";
import type { Item, ItemFile } from "./item.ts";
import type { DownloadPlan, FinishedFile } from "./plan.ts";
import type { TransferJob, TransferProgress, Transfers } from "./transfers.ts";
import { troubleOf } from "../present/trouble.ts";

export interface FileRunner {
  readonly transfers: Transfers;
  readonly files: Files;
  readonly clock: Clock;
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly reserve: Bytes;
  /** At most so many for one file. */
  readonly connections: number;
  readonly allowPrivateHosts: boolean;
  /** Asked before each file; it is not kept. */
  readonly token: () => Promise<string | undefined>;
  /** Asked before each file: rejects where what it belongs to must not be changed by now. */
  readonly refuse: (plan: DownloadPlan) => Promise<void>;
}

/** Fetches one file of a download; what moves is told to the item. */
export async function runFile(
  runner: FileRunner,
  item: Item,
  file: ItemFile,
  onMoved: () => void,
  signal: AbortSignal,
): Promise<FinishedFile> {
  await runner.refuse(item.plan);
  await ensureSetFits(runner, item);
  const job = jobFor(runner, item.plan, file, await runner.token());
  const done = await runner.transfers.run(
    job,
    (progress) => {
      take(item, file, progress, runner.clock.now());
      onMoved();
    },
    signal,
  );
  return {
    made: done.outcome === "fetched",
    proof: done.proof,
    sha256: done.sha256,
    ...(done.gitSha1 !== undefined && { gitSha1: done.gitSha1 }),
    modified: done.modified,
    identity: done.identity,
  };
}

/** The whole set or nothing: a set that ends halfway on a full disk helps no one. */
async function ensureSetFits({ files, reserve }: FileRunner, { plan, files: all }: Item): Promise<void> {
  const missing = all.reduce((sum, file) => sum + file.planned.sizeBytes - file.doneBytes, 0);
  const free = await files.freeSpace(plan.folder);
  if (free >= missing + reserve) return;
  throw fault({ code: "diskFull", path: plan.root, needed: bytes(missing + reserve), free });
}

function jobFor(
  { endpoint, reserve, connections, allowPrivateHosts }: FileRunner,
  plan: DownloadPlan,
  { planned }: ItemFile,
  token: string | undefined,
): TransferJob {
  const sha256 = parseSha256(planned.sha256 ?? "");
  const gitSha1 = parseGitSha1(planned.gitSha1 ?? "");
  return {
    provider: plan.provider,
    url: planned.url ?? fileAddress(endpoint, plan.repository, plan.commit, planned.path),
    endpoint,
    repository: plan.repository,
    commit: plan.commit,
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

function take(item: Item, file: ItemFile, progress: TransferProgress, now: number): void {
  const came = progress.doneBytes - file.doneBytes;
  if (file.state === "fetching" && progress.phase === "fetching" && came > 0) item.pace.add(now, came);
  file.state = progress.phase;
  file.doneBytes = progress.doneBytes;
  file.pausedBy = progress.waiting && troubleOf(progress.waiting);
}
