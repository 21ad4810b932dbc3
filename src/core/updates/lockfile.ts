import * as v from "valibot";
import type { LockedModel, Lockfile } from "../protocol/metadata.ts";
import { refusePath } from "../downloads/safe-path.ts";
import { parseJson } from "../stores/parse-json.ts";
import { argumentProblem } from "../util/argument-problem.ts";
import { fault } from "../util/faults.ts";
import { parseSha256 } from "../util/ids.ts";

const line = v.pipe(v.string(), v.nonEmpty(), v.maxLength(4000));
const inside = v.pipe(
  line,
  v.check((path) => refusePath(path) === undefined, "its path leaves the folder"),
);
const file = v.object({
  path: inside,
  sizeBytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  sha256: v.exactOptional(
    v.pipe(
      v.string(),
      v.check((digest) => parseSha256(digest) !== undefined, "is no sha256"),
    ),
  ),
});
const model = v.object({
  name: line,
  provider: line,
  reference: line,
  revision: v.exactOptional(line),
  files: v.pipe(v.array(file), v.maxLength(10_000)),
  profile: v.exactOptional(v.object({ id: line, text: v.pipe(v.string(), v.maxLength(100_000)) })),
});
const lockfile = v.object({ version: v.literal(1), models: v.pipe(v.array(model), v.maxLength(100_000)) });

/** @throws FaultError `formatInvalid`, saying where */
export function parseLockfile(text: string): Lockfile {
  const invalid = (reason: string): Error => fault({ code: "formatInvalid", what: "the lockfile", reason });
  const value = parseJson(text);
  if (value === undefined) throw invalid("it is no JSON");
  const parsed = v.safeParse(lockfile, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw invalid(`${v.getDotPath(issue) ?? "it"}: ${argumentProblem(issue, lockfile)}`);
}

/** The same collection gives the same text: by name, files by path, members in one order. */
export function writeLockfile(models: readonly LockedModel[]): string {
  const by =
    <T>(key: (item: T) => string) =>
    (a: T, b: T): number =>
      key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
  const sorted = models.toSorted(by(({ name }) => name)).map((one) => ({
    name: one.name,
    provider: one.provider,
    reference: one.reference,
    revision: one.revision,
    files: one.files
      .toSorted(by(({ path }) => path))
      .map(({ path, sizeBytes, sha256 }) => ({ path, sizeBytes, sha256 })),
    profile: one.profile && { id: one.profile.id, text: one.profile.text },
  }));
  return `${JSON.stringify({ version: 1, models: sorted }, undefined, 2)}\n`;
}

/**
 * A file's path in its repository, from where it lies here: below `owner/repo[@branch]` or a cache's snapshot, else its name.
 */
export function pathInside(path: string, reference: string): string {
  const slashed = path.replaceAll("\\", "/");
  const snapshot = /\/snapshots\/[0-9a-f]{40}\/(.+)$/.exec(slashed)?.[1];
  if (snapshot !== undefined) return snapshot;
  for (let at = slashed.indexOf(`/${reference}`); at !== -1; at = slashed.indexOf(`/${reference}`, at + 1)) {
    const rest = /^(?:@[^/]+)?\/(.+)$/.exec(slashed.slice(at + reference.length + 1))?.[1];
    if (rest !== undefined) return rest;
  }
  return slashed.slice(slashed.lastIndexOf("/") + 1);
}
