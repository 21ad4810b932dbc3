import type { HashedFile } from "../ports/hasher.ts";
import type { FileVerdict, VerifyReport } from "../protocol/tasks.ts";
import type { Sight } from "./look.ts";
import type { VerifyTarget } from "./verify-targets.ts";

/** What was found out about a file. */
export type Finding =
  | { readonly kind: "hashed"; readonly file: Pick<HashedFile, "sha256" | "gitSha1" | "size"> }
  /** It changed each time it was read. */
  | { readonly kind: "unsteady" }
  /** Nothing to compare a digest with, or its size says enough. */
  | { readonly kind: "seen"; readonly size: number }
  | { readonly kind: Exclude<Sight["kind"], "file"> };

/** A size of 0 on record is one that nobody knew. */
export const sizeFits = (target: Pick<VerifyTarget, "sizeBytes">, size: number): boolean =>
  target.sizeBytes === undefined || target.sizeBytes === 0 || target.sizeBytes === size;

export function judge(target: VerifyTarget, finding: Finding): FileVerdict {
  const { entry, path } = target;
  const expected = target.sha256 ?? target.gitSha1;
  const say = (verdict: FileVerdict["verdict"], actual?: string): FileVerdict => ({
    entry,
    path,
    verdict,
    ...(verdict !== "ok" && expected !== undefined && { expected }),
    ...(verdict !== "ok" && actual !== undefined && { actual }),
  });
  switch (finding.kind) {
    case "missing":
    case "offline":
    case "unreadable":
      return say(finding.kind);
    case "synthetic":
      return say("unknown");
    case "folder":
      return say(expected === undefined ? "unknown" : "changed");
    case "unsteady":
      return say("changed");
    case "seen":
      return say(sizeFits(target, finding.size) ? "unknown" : "changed");
    case "hashed": {
      const { file } = finding;
      if (!sizeFits(target, file.size)) return say("changed", file.sha256);
      if (expected === undefined) return say("unknown", file.sha256);
      const actual = target.sha256 === undefined ? file.gitSha1 : file.sha256;
      return actual === expected ? say("ok") : say("changed", actual);
    }
  }
}

/** Worst first. */
const VERDICTS: readonly FileVerdict["verdict"][] = ["missing", "changed", "unreadable", "offline", "unknown", "ok"];
/** Of those that are as they should be, a report names no more: it goes to every view that lists tasks. */
const MOST_OK = 200;

export function reportOf(verdicts: readonly FileVerdict[], bytes: number): VerifyReport {
  const counts = { ok: 0, missing: 0, changed: 0, unknown: 0, offline: 0, unreadable: 0 };
  for (const { verdict } of verdicts) counts[verdict] += 1;
  const sorted = verdicts.toSorted((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict));
  return { files: sorted.slice(0, verdicts.length - counts.ok + MOST_OK), counts, bytes };
}
