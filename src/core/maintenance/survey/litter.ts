import type { DiskItem } from "../../ports/disk-look.ts";
import type { FolderItem } from "../../ports/files.ts";
import { readFileName } from "../../identify/file-name.ts";
import { parsePlan } from "../../downloads/plan.ts";
import { partialPath, sidecarPath } from "../../downloads/sidecar.ts";
import { mapAtOnce } from "../at-once.ts";
import type { MaintenanceParts } from "../parts.ts";
import { isBelow, withoutEnd } from "../operations/paths.ts";
import type { LitterWants, Litter, Seen } from "../plan.ts";
import { createFactReader, reasonIn, seenOf } from "./disk-facts.ts";
import { rootsOf } from "./roots.ts";
import { walkFolders } from "./walk.ts";

type Parts = Pick<MaintenanceParts, "look" | "registry" | "settings">;

/** What programs call a file they are still writing. */
const PARTIAL = /\.partial(\.json)?$|\.incomplete$|\.part$|^sha256-[0-9a-f]{64}-partial(-\d+)?$/i;
const HUB_BLOBS = /\/(?:models|datasets|spaces)--[^/]+\/blobs$/;
const OLLAMA_BLOB = /^sha256-[0-9a-f]{64}$/;
/** Milliseconds. */
const DAY = 86_400_000;

/** Walks the roots for what no entry tells of. A root that cannot be walked is a problem of the answer. */
export async function findLitter(
  { look, registry, settings }: Parts,
  { roots, olderThanDays }: LitterWants,
  now: number,
  signal: AbortSignal,
): Promise<Litter> {
  const all = [...new Set(roots.map(withoutEnd))];
  const outermost = all.filter((root) => !all.some((one) => isBelow(root, one)));
  const [partials, blobs, links]: [string[], string[], string[]] = [[], [], []];
  const odd = new Map<string, readonly string[]>();
  const problems = new Map<string, string>();
  const walked = new Set<string>();
  const visit = (folder: string, items: readonly FolderItem[], error?: unknown): void => {
    walked.add(folder);
    if (error !== undefined) problems.set(folder, reasonIn(error));
    if (/[\\/]\.modeldeck-trash(?=[\\/]|$)/.test(folder)) return;
    const names = items.flatMap(({ name, kind }) => (kind === "file" || kind === "link" ? [name] : []));
    for (const { name, kind } of items) {
      if (kind === "link") links.push(`${folder}/${name}`);
      if (kind !== "file") continue;
      if (PARTIAL.test(name)) partials.push(`${folder}/${name}`);
      else if (HUB_BLOBS.test(folder) || (folder.endsWith("/blobs") && OLLAMA_BLOB.test(name)))
        blobs.push(`${folder}/${name}`);
    }
    const models = names.filter((name) => readFileName(name).format !== undefined);
    if (models.some(isOfOthers)) odd.set(folder, models.toSorted());
  };
  for (const root of outermost)
    await walkFolders(look, root, visit, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      problems.set(root, reasonIn(error));
    });

  const [reals, ongoing] = [await realsOf(look, links, signal), await ongoingPartials(look, registry, signal)];
  const linked = new Set(reals.values());
  const realPartials = await realsOf(look, partials, signal);
  const isOld = ({ modified }: Seen): boolean => now - modified > olderThanDays * DAY;
  const files = async (paths: readonly string[]): Promise<ReadonlyMap<string, Seen>> => {
    const found = await mapAtOnce(paths.toSorted(), signal, async (path) => ({ path, item: await there(look, path) }));
    return new Map(
      found.flatMap(({ path, item }) =>
        item?.kind === "file" && isOld(seenOf(item)) ? [[path, seenOf(item)] as const] : [],
      ),
    );
  };
  const realFolders = await realsOf(look, [...new Set(blobs.map(parentOf))], signal);
  const isLinked = (path: string): boolean =>
    linked.has(`${realFolders.get(parentOf(path)) ?? parentOf(path)}${path.slice(parentOf(path).length)}`);
  /** Only then nothing that may use its blobs has escaped us. */
  const isSeenWhole = remembered((repository: string): boolean => {
    const own = realFolders.get(`${repository}/blobs`) ?? "";
    const leavesIt = (link: string): boolean =>
      isBelow(link, repository) && !isBelow(reals.get(link) ?? `${own}/-`, own);
    return (
      walked.has(`${repository}/snapshots`) &&
      ![...problems.keys()].some((at) => isBelow(at, repository) || isBelow(repository, at)) &&
      !links.some(leavesIt)
    );
  });
  const isOngoing = (path: string): boolean =>
    ongoing.has(path) ||
    ongoing.has(`${realFolders.get(parentOf(path)) ?? parentOf(path)}${path.slice(parentOf(path).length)}`);
  const unlinked = blobs.filter(
    (path) =>
      !isLinked(path) && !isOngoing(path) && (!HUB_BLOBS.test(parentOf(path)) || isSeenWhole(parentOf(parentOf(path)))),
  );
  return {
    roots: all,
    partials: await files(partials.filter((path) => !ongoing.has(realPartials.get(path) ?? path))),
    blobs: await files(unlinked),
    dangling: await danglingOf(
      look,
      links.filter((link) => !reals.has(link)),
      [...new Set([...rootsOf(settings, undefined), ...all])],
      signal,
    ),
    odd,
    problems,
  };
}

function remembered(ask: (about: string) => boolean): (about: string) => boolean {
  const answers = new Map<string, boolean>();
  return (about) => {
    const answer = answers.get(about) ?? ask(about);
    answers.set(about, answer);
    return answer;
  };
}

/** Not whole by itself: one part of several, or what goes with weights. */
const isOfOthers = (name: string): boolean => {
  const { part, role } = readFileName(name);
  return part !== undefined || role === "projector";
};

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

const there = (look: Parts["look"], path: string): Promise<DiskItem | undefined> =>
  look.look(path).catch(() => undefined);

async function realsOf(
  look: Parts["look"],
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = await mapAtOnce(paths, signal, (path) => look.resolve(path).catch(() => path));
  return new Map(paths.flatMap((path, index) => pair(path, found[index])));
}

const pair = <T>(path: string, one: T | undefined): readonly (readonly [string, T])[] =>
  one === undefined ? [] : [[path, one]];

/** A link whose drive is not there leads somewhere when it is. */
async function danglingOf(
  look: Parts["look"],
  links: readonly string[],
  roots: readonly string[],
  signal: AbortSignal,
): Promise<Litter["dangling"]> {
  const facts = createFactReader(look, roots);
  const found = await mapAtOnce(links.toSorted(), signal, async (link) => {
    const [item, target] = await Promise.all([there(look, link), look.target(link).catch(() => undefined)]);
    if (item?.kind !== "link" || target === undefined || (await facts.of(target)).kind === "offline") return undefined;
    return { target, seen: seenOf(item) };
  });
  return new Map(links.toSorted().flatMap((link, index) => pair(link, found[index])));
}

/** Of downloads that are not done, what they have made so far: they go on from there. By what their paths lead to, as roots may be links. */
async function ongoingPartials(
  look: Parts["look"],
  registry: Parts["registry"],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const rows = await registry.query("SELECT body_json FROM downloads WHERE state NOT IN ('done', 'cancelled')", []);
  const targets = rows.flatMap((row) => parsePlan(row["body_json"])?.files.map(({ target }) => target) ?? []);
  // A blob that is whole gets its link when its set is.
  const paths = [...new Set(targets.flatMap((target) => [target, partialPath(target), sidecarPath(target)]))];
  return new Set([...paths, ...(await realsOf(look, paths, signal)).values()]);
}
