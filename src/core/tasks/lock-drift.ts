import type { MakeDigest } from "../ports/digest.ts";
import type { FileVerdict } from "../protocol/tasks.ts";
import { lockDigest } from "../registry/lock-digest.ts";
import type { Finding } from "./judge.ts";
import type { VerifyTarget } from "./verify-targets.ts";

export interface Judged {
  readonly target: VerifyTarget;
  readonly finding: Finding;
  readonly verdict: FileVerdict;
}

/**
 * The verdicts, with an entry whose files are not those it was locked to told as changed, at its first file. Where a file
 * could not be read, or is off by itself, that says it already.
 */
export function withDrift(judged: readonly Judged[], digest: MakeDigest): readonly FileVerdict[] {
  const drifts = new Map<Judged, FileVerdict>();
  for (const some of Map.groupBy(judged, ({ target }) => target.entry).values()) {
    const [first] = some;
    const expected = first?.target.lock;
    if (!first || expected === undefined) continue;
    const whole = some.every(({ verdict }) => verdict.verdict === "ok" || verdict.verdict === "unknown");
    const files = some.map(({ target, finding }) => ({
      path: target.path,
      sizeBytes: finding.kind === "hashed" ? finding.file.size : 0,
      sha256: finding.kind === "hashed" ? finding.file.sha256 : undefined,
    }));
    const actual = whole ? lockDigest(files, digest) : undefined;
    if (actual === undefined || actual === expected) continue;
    const { entry, path } = first.verdict;
    drifts.set(first, { entry, path, verdict: "changed", expected, actual, drift: true });
  }
  return judged.map((one) => drifts.get(one) ?? one.verdict);
}
