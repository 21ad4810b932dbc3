import { folderOf } from "../../downloads/safe-path.ts";
import type { Row } from "../../ports/database.ts";
import { text } from "../../registry/columns.ts";
import { mapAtOnce } from "../at-once.ts";
import { createBreath } from "../breath.ts";
import { newestOllama, readBackup } from "../past/backups.ts";
import { isBelow, withoutEnd } from "../operations/paths.ts";
import type { MaintenanceParts } from "../parts.ts";
import type { TellProgress } from "../scan-tasks.ts";
import type { DiskFacts, OllamaFacts, Survey, SurveyWants } from "../plan.ts";
import { type FactReader, createFactReader, innermost, reasonIn } from "./disk-facts.ts";
import { readStores, readsMuch } from "./read-stores.ts";
import { readTable } from "./read-rows.ts";
import { rootsOf } from "./roots.ts";
import { createTrashPlaces } from "./trash-place.ts";
import { treeDigest } from "./tree-digest.ts";
import { walkFolders } from "./walk.ts";

export type SurveyParts = Pick<
  MaintenanceParts,
  | "registry"
  | "look"
  | "links"
  | "archives"
  | "files"
  | "digest"
  | "storage"
  | "schema"
  | "settings"
  | "clock"
  | "log"
  | "readOllama"
  | "scanner"
  | "hasher"
  | "thumbprint"
>;

/** Reads all that an operation may decide over, once. @throws FaultError `notFound` for a backup that is not there */
export async function takeSurvey(
  parts: SurveyParts,
  wants: SurveyWants,
  tell: TellProgress,
  signal: AbortSignal,
): Promise<Survey> {
  const { look, settings, clock } = parts;
  const breath = createBreath(clock);
  const [entries, files] = [await readTable(parts.registry, "entries"), await readTable(parts.registry, "files")];
  // The largest table is read while the disk is asked for what the others name.
  const further = Promise.all([readTable(parts.registry, "characteristics"), readTable(parts.registry, "shapes")]);
  further.catch(() => undefined);
  signal.throwIfAborted();
  const ollama = wants.ollama === true ? await parts.readOllama(signal) : undefined;
  const backup = wants.backup === undefined ? undefined : await backupEntries(parts, wants.backup);
  const roots = rootsOf(settings, ollama);
  const facts = createFactReader(look, roots);

  const disk = new Map<string, DiskFacts>();
  const lookAt = async (paths: Iterable<string>): Promise<void> => {
    const fresh = [...new Set(paths)].filter((path) => !disk.has(path));
    const found = await facts.ofAll(fresh, breath, signal);
    await breath.take();
    for (const [index, path] of fresh.entries()) disk.set(path, found[index] ?? { kind: "absent" });
  };
  const named = [...entries, ...files].flatMap(pathOf);
  await lookAt([...roots, ...named, ...(wants.paths ?? []), ...(ollama === undefined ? [] : ollamaPaths(ollama))]);
  for (const folder of wants.folders ?? []) await lookBelow(withoutEnd(folder), { look, facts, disk }, lookAt, signal);
  await breath.take();
  const links = wants.links === true ? await findLinks(parts, lookAt, signal) : undefined;
  await lookAt([...disk.values()].flatMap((one) => (one.kind === "link" ? [one.real] : [])));
  await breath.take();
  const trashed = await trashRoots(parts, roots, named, disk, signal);
  await breath.take();
  const mayGo = [...(wants.links === true ? named : []), ...(wants.paths ?? [])];
  await tellTrees(parts, { disk, roots, trashed }, new Set(mayGo), signal);

  const [characteristics, shapes] = await further;
  const survey = {
    entries,
    files,
    characteristics,
    shapes,
    disk,
    ...(links && { links }),
    ...(backup && { backup }),
    locations: settings.locations.map(({ name, path }) => ({ name, path })),
    weightsRoot: settings.weightsRoot,
    testingPatterns: settings.testingPatterns,
    ...(ollama && { ollama }),
    trashRoots: trashed,
    now: clock.wall(),
  };
  return readsMuch(wants) ? readStores(parts, wants, survey, tell, signal) : survey;
}

/** A synthetic path, as `ollama://…`, is none of the disk's. */
const pathOf = (row: Row): readonly string[] => {
  const path = text(row, "path");
  return path === undefined || path.includes("://") ? [] : [path];
};

const ollamaPaths = ({ models, otherBlobs = [] }: OllamaFacts): readonly string[] => [
  ...[...models.values()].flatMap(({ manifest, blobs }) => (manifest === "" ? [] : [manifest, ...blobs])),
  ...otherBlobs,
];

async function lookBelow(
  root: string,
  { look, facts, disk }: { look: SurveyParts["look"]; facts: FactReader; disk: Map<string, DiskFacts> },
  lookAt: (paths: Iterable<string>) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  disk.set(root, await facts.of(root));
  const folders: string[] = [];
  const problems = new Map<string, DiskFacts>();
  await walkFolders(
    look,
    root,
    (folder, _items, error) => {
      folders.push(folder);
      if (error !== undefined) problems.set(folder, { kind: "unreadable", reason: reasonIn(error) });
    },
    signal,
  );
  await lookAt(folders);
  for (const [folder, problem] of problems) disk.set(folder, problem);
}

async function findLinks(
  { look, settings }: SurveyParts,
  lookAt: (paths: Iterable<string>) => Promise<void>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const own = rootsOf(settings, undefined);
  // What lies below another root is met on the way through that one.
  const outermost = own.filter((root) => !own.some((one) => isBelow(root, one)));
  const found: string[] = [];
  for (const root of outermost)
    await walkFolders(
      look,
      root,
      (folder, items) => {
        for (const { name, kind } of items) if (kind === "link") found.push(`${folder}/${name}`);
      },
      signal,
    );
  const reals = await mapAtOnce(found, signal, (link) => look.resolve(link).catch(() => undefined));
  const links = new Map<string, string>();
  for (const [index, link] of found.entries()) {
    const real = reals[index];
    if (real !== undefined) links.set(link, real);
  }
  await lookAt(links.values());
  return links;
}

async function trashRoots(
  { look }: SurveyParts,
  roots: readonly string[],
  named: readonly string[],
  disk: ReadonlyMap<string, DiskFacts>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const places = createTrashPlaces(look, roots);
  const strays = named.filter((path) => disk.get(path)?.kind === "file" && innermost(roots, path) === undefined);
  const candidates = [...new Set([...roots, ...strays.map(folderOf)])];
  const found = await mapAtOnce(candidates, signal, (root) => places.of(root));
  return new Set(candidates.filter((_root, index) => found[index] !== undefined));
}

/** What is deleted for good goes with all that is in it, and there is no way back: what that is counts to the last file. */
async function tellTrees(
  { look, digest }: SurveyParts,
  {
    disk,
    roots,
    trashed,
  }: {
    readonly disk: Map<string, DiskFacts>;
    readonly roots: readonly string[];
    readonly trashed: ReadonlySet<string>;
  },
  paths: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  for (const path of paths) {
    const facts = disk.get(path);
    const root = innermost(roots, path);
    if (facts?.kind !== "folder" || root === undefined || root === path || trashed.has(root)) continue;
    try {
      disk.set(path, { ...facts, tree: await treeDigest(look, digest, path, signal) });
    } catch (error) {
      signal.throwIfAborted();
      disk.set(path, { kind: "unreadable", reason: reasonIn(error) });
    }
  }
}

async function backupEntries(parts: SurveyParts, id: string): Promise<readonly Row[] | undefined> {
  const backup = id === "newest" ? await newestOllama(parts) : await readBackup(parts, id);
  return backup?.entries;
}
