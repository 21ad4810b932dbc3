import type { Clock } from "../../ports/clock.ts";
import type { FileFacts, Files } from "../../ports/files.ts";
import { createHashCache, stillHolds } from "../../tasks/hash-cache.ts";
import { spread } from "../../tasks/spread.ts";
import { isFault } from "../../util/faults.ts";
import { mapAtOnce } from "../at-once.ts";
import type { MaintenanceParts } from "../parts.ts";
import type { TellProgress } from "../scan-tasks.ts";

type Parts = Pick<MaintenanceParts, "registry" | "hasher" | "log"> & {
  readonly files: Pick<Files, "stat">;
  readonly clock: Pick<Clock, "wall">;
};

/** Names of the same bytes are read once. */
interface Work {
  readonly facts: FileFacts;
  readonly paths: readonly string[];
}

/** By path: remembered from when the file was as it is, else read now. What cannot be read, or changes meanwhile, is absent. */
export async function digestsOf(
  parts: Parts,
  wanted: readonly string[],
  tell: TellProgress,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { hasher, clock } = parts;
  const cache = createHashCache(parts.registry, parts.log);
  const digests = new Map<string, string>();
  const works = await worksOf(parts, [...new Set(wanted)], signal);
  const cached = await cache.read(works.flatMap(({ paths }) => paths));
  const todo = works.filter(({ facts, paths }) => {
    const known = paths.map((path) => cached.get(path)).find((one) => one && stillHolds(one, facts));
    for (const path of known ? paths : []) digests.set(path, known?.sha256 ?? "");
    return known === undefined;
  });
  const total = todo.reduce((sum, { facts }) => sum + facts.size, 0);
  const done = new Map<Work, number>();
  const told = (work: Work, bytes: number): void => {
    done.set(work, bytes);
    tell({ done: [...done.values()].reduce((sum, one) => sum + one, 0), total, unit: "bytes" });
  };
  try {
    // The largest first: no core is left with one at the end while the others rest.
    const inTurn = todo.toSorted((one, other) => other.facts.size - one.facts.size);
    await spread(inTurn, hasher.lanes, async (work) => {
      signal.throwIfAborted();
      const [path = ""] = work.paths;
      const begun = clock.wall();
      try {
        const file = await hasher.start({ path, git: false }, (bytes) => told(work, bytes), signal).result;
        if (file.steady) for (const one of work.paths) digests.set(one, file.sha256);
        await cache.put(work.paths, file, begun);
      } catch (error) {
        if (!isFault(error, "fileUnreadable") && !isFault(error, "notFound")) throw error;
      }
      told(work, work.facts.size);
    });
  } finally {
    // However it ends, what was read need not be read again.
    await cache.flush();
  }
  return digests;
}

async function worksOf({ files }: Parts, paths: readonly string[], signal: AbortSignal): Promise<readonly Work[]> {
  const works = new Map<string, Work>();
  const found = await mapAtOnce(paths, signal, (path) => files.stat(path).catch(() => undefined));
  for (const [index, path] of paths.entries()) {
    const facts = found[index];
    if (facts?.kind !== "file") continue;
    // Volumes without inodes call them all 0.
    const key = facts.identity.endsWith(":0") ? path : `${facts.identity}|${facts.size}|${facts.modified}`;
    works.set(key, { facts, paths: [...(works.get(key)?.paths ?? []), path] });
  }
  return [...works.values()];
}
