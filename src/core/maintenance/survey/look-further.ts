import { number, text } from "../../registry/columns.ts";
import { lockDigest } from "../../registry/lock-digest.ts";
import { mapAtOnce } from "../at-once.ts";
import type { MaintenanceParts } from "../parts.ts";
import type { DiskFacts, LinkFacts, Survey, SurveyWants } from "../plan.ts";
import { createFactReader } from "./disk-facts.ts";
import { findLitter } from "./litter.ts";
import { rootsOf } from "./roots.ts";
import { createTrashPlaces } from "./trash-place.ts";

type Parts = Pick<MaintenanceParts, "look" | "registry" | "settings" | "digest" | "links">;

/** What lies where files of wanted sizes were found, and what lies about beside. */
export async function lookFurther(
  parts: Parts,
  wants: SurveyWants,
  survey: Survey,
  signal: AbortSignal,
): Promise<Survey> {
  const litter = wants.litter && (await findLitter(parts, wants.litter, survey.now, signal));
  const paths = [
    ...(survey.sameSize ?? []).map(({ path }) => path),
    ...(litter ? [...litter.partials.keys(), ...litter.blobs.keys()] : []),
  ].filter((path) => !survey.disk.has(path));
  const facts = createFactReader(parts.look, rootsOf(parts.settings, survey.ollama));
  const disk = new Map<string, DiskFacts>(survey.disk);
  const lookAt = async (some: readonly string[]): Promise<void> => {
    const found = await mapAtOnce(some, signal, (path) => facts.of(path));
    for (const [index, path] of some.entries()) disk.set(path, found[index] ?? { kind: "absent" });
  };
  await lookAt([...new Set(paths)]);
  await lookAt([...disk.values()].flatMap((one) => (one.kind === "link" && !disk.has(one.real) ? [one.real] : [])));
  if (!litter) return { ...survey, disk };
  return {
    ...survey,
    disk,
    litter,
    trashRoots: await withTrash(parts, survey, litter.roots),
    drifted: drifted(parts, survey),
  };
}

async function withTrash({ look }: Parts, survey: Survey, more: readonly string[]): Promise<ReadonlySet<string>> {
  const own = rootsOf(survey, survey.ollama);
  const places = createTrashPlaces(look, [...new Set([...own, ...more])]);
  const found = await Promise.all(more.map(async (root) => ((await places.of(root)) === undefined ? [] : [root])));
  return new Set([...survey.trashRoots, ...found.flat()]);
}

/** Entries whose files, as they were last recorded, are not those their lock names. */
function drifted({ digest }: Parts, { entries, files }: Survey): ReadonlySet<string> {
  const byEntry = Map.groupBy(files, (row) => text(row, "entry"));
  return new Set(
    entries.flatMap((row) => {
      const [lock, name] = [text(row, "lock_sha256"), text(row, "name")];
      if (lock === undefined || name === undefined) return [];
      const own = (byEntry.get(name) ?? []).map((file) => ({
        path: text(file, "path") ?? "",
        sizeBytes: number(file, "size_bytes") ?? 0,
        sha256: text(file, "sha256"),
      }));
      const now = lockDigest(own, digest);
      return now === undefined || now === lock ? [] : [name];
    }),
  );
}

/** What can be made in each folder; one that allows no trial is absent. */
export async function linkableIn(
  { links }: Pick<Parts, "links">,
  folders: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, LinkFacts>> {
  const facts = new Map<string, LinkFacts>();
  for (const folder of new Set(folders)) {
    signal.throwIfAborted();
    const found = await links.abilities(folder).catch(() => undefined);
    if (found) facts.set(folder, found);
  }
  return facts;
}
