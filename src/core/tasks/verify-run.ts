import type { MakeDigest } from "../ports/digest.ts";
import type { FileFacts } from "../ports/files.ts";
import type { VerifyReport } from "../protocol/tasks.ts";
import type { Hub } from "../sources/hub.ts";
import { stillHolds } from "./hash-cache.ts";
import { withHubDigests } from "./hub-digests.ts";
import { type Finding, judge, reportOf, sizeFits } from "./judge.ts";
import { withDrift } from "./lock-drift.ts";
import type { Sight } from "./look.ts";
import { type ReaderParts, type Work, createReader } from "./reader.ts";
import { spread } from "./spread.ts";
import type { VerifyTarget } from "./verify-targets.ts";

export interface RunParts extends ReaderParts {
  readonly hub: Pick<Hub, "analyze">;
  readonly digest: MakeDigest;
}

export interface VerifyRun {
  /** Rejects with the signal's reason. */
  readonly report: Promise<VerifyReport>;
  /** In bytes; the total is null until every file was looked at. */
  progress(): { readonly done: number; readonly total: number | null };
  /** Stands still where it is, in the middle of files too, until `go`. */
  hold(): void;
  go(): void;
}

/** Looks this many paths up at a time: a share that hangs holds up no more than these. */
const LOOKS = 16;

export function startVerifyRun(
  parts: RunParts,
  targetsOf: () => Promise<readonly VerifyTarget[]>,
  onMoved: () => void,
  outer: AbortSignal,
): VerifyRun {
  const { hasher, cache, look } = parts;
  const broken = new AbortController();
  const signal = AbortSignal.any([outer, broken.signal]);
  const reader = createReader(parts, onMoved, signal);
  const findings = new Map<VerifyTarget, Finding>();
  let settled = 0;
  let total: number | null = null;
  let compared = 0;

  async function lookAll(targets: readonly VerifyTarget[]): Promise<readonly Work[]> {
    const works = new Map<string, Work>();
    await spread(targets, LOOKS, async (target) => {
      await reader.passed();
      const sight = await look(target);
      if (sight.kind === "file" && isToHash(target, sight.facts)) addWork(works, target, sight.facts);
      else findings.set(target, seen(sight));
    });
    return Array.from(works.values());
  }

  function settle(work: Work, finding: Finding): void {
    for (const target of work.targets) findings.set(target, finding);
    settled += work.facts.size;
    if (finding.kind === "hashed") compared += finding.file.size;
    onMoved();
  }

  /** What the cache does not answer. */
  async function askCache(works: readonly Work[]): Promise<readonly Work[]> {
    const cached = await cache.read(works.flatMap(({ targets }) => targets.map(({ path }) => path)));
    return works.filter((work) => {
      const known = work.targets.map(({ path }) => cached.get(path)).find((one) => one && stillHolds(one, work.facts));
      if (!known || work.git) return true;
      settle(work, { kind: "hashed", file: known });
      return false;
    });
  }

  async function verify(): Promise<VerifyReport> {
    const targets = await withHubDigests(parts.hub, await targetsOf(), signal);
    const works = await lookAll(targets);
    total = works.reduce((sum, { facts }) => sum + facts.size, 0);
    // The largest first: no core is left with one at the end while the others rest.
    const todo = (await askCache(works)).toSorted((a, b) => b.facts.size - a.facts.size);
    await spread(todo, hasher.lanes, async (work) => {
      await reader.passed();
      try {
        settle(work, await reader.read(work));
      } catch (error) {
        broken.abort(error);
        throw error;
      }
    });
    const judged = targets.map((target) => {
      const finding = findings.get(target) ?? { kind: "unreadable" };
      return { target, finding, verdict: judge(target, finding) };
    });
    return reportOf(withDrift(judged, parts.digest), compared);
  }

  /** However it ends, what was hashed is kept. */
  async function flushed(): Promise<VerifyReport> {
    try {
      return await verify();
    } finally {
      await cache.flush();
    }
  }

  return {
    report: flushed(),
    progress: () => ({ done: settled + reader.bytes(), total }),
    hold: () => reader.hold(),
    go: () => reader.go(),
  };
}

const isToHash = (target: VerifyTarget, facts: FileFacts): boolean =>
  (target.sha256 ?? target.gitSha1 ?? target.lock) !== undefined && sizeFits(target, facts.size);

const seen = (sight: Sight): Finding =>
  sight.kind === "file" ? { kind: "seen", size: sight.facts.size } : { kind: sight.kind };

function addWork(works: Map<string, Work>, target: VerifyTarget, facts: FileFacts): void {
  // Volumes without inodes call them all 0.
  const isNamed = !facts.identity.endsWith(":0");
  const key = isNamed ? `${facts.identity}|${facts.size}|${facts.modified}` : target.path;
  const known = works.get(key);
  works.set(key, {
    path: known?.path ?? target.path,
    facts,
    git: known?.git === true || (target.sha256 === undefined && target.gitSha1 !== undefined),
    targets: [...(known?.targets ?? []), target],
  });
}
