import { folderOf } from "../../downloads/safe-path.ts";
import { text } from "../../registry/columns.ts";
import { fault } from "../../util/faults.ts";
import { mapAtOnce } from "../at-once.ts";
import { isBelow } from "../operations/paths.ts";
import type { MaintenanceParts } from "../parts.ts";
import type { Seen, Step } from "../plan.ts";
import { innermost } from "../survey/disk-facts.ts";
import { readKeys } from "../survey/read-rows.ts";
import { rootsOf } from "../survey/roots.ts";
import { createTrashPlaces } from "../survey/trash-place.ts";
import type { Places } from "./deeds.ts";
import { isSame } from "./do-deeds.ts";
import { linkThere } from "./link-there.ts";

type Parts = Pick<MaintenanceParts, "registry" | "look" | "settings">;
type FileStep = Exclude<Step, { kind: "row" | "deleteOllama" }>;

/**
 * Looks at every path before anything is done.
 * @returns where the trash is for each
 * @throws FaultError naming the path: `stale` where something else lies there or nothing, `exists` where the place it
 * goes back to is taken, `fileUnreadable` where its drive is not there, or a link leads out of its root
 */
export async function checkSteps(parts: Parts, all: readonly Step[], signal: AbortSignal): Promise<Places> {
  const steps = all.filter(({ kind }) => kind !== "row");
  const kept = await keptPlaces(parts, steps);
  const roots = new Set(steps.flatMap((step) => (step.kind === "trash" ? [step.root] : [])));
  const places = createTrashPlaces(parts.look, [...new Set([...rootsOf(parts.settings, undefined), ...roots])]);
  const trash = new Map<string, string>();
  for (const root of roots) {
    const place = await places.of(root);
    if (place !== undefined) trash.set(root, place);
  }
  const fileSteps = steps.filter((step): step is FileStep => step.kind !== "row" && step.kind !== "deleteOllama");
  const links = new Map<string, Seen>();
  const cleared = clearedBefore(fileSteps);
  await mapAtOnce(fileSteps, signal, async (step) => {
    if (step.kind === "removeLink") links.set(step.path, await checkLink(parts, step));
    else await checkOne(parts, step, { trash, kept }, cleared.has(step));
  });
  return { trash, kept, links };
}

/**
 * All is looked at before anything is done: of what is put somewhere, these come after a step that clears the place.
 * @throws FaultError `stale` for a link to what is gone by then
 */
function clearedBefore(steps: readonly FileStep[]): ReadonlySet<FileStep> {
  const left = new Set<string>();
  const cleared = new Set<FileStep>();
  for (const step of steps) {
    if (step.kind === "trash" || step.kind === "delete" || step.kind === "removeLink") left.add(step.path);
    else if (left.has(step.path)) cleared.add(step);
    if (step.kind === "makeLink" && left.has(step.target))
      throw fault({ code: "stale", what: step.target, reason: "it goes by the same plan" });
  }
  return cleared;
}

async function checkLink(parts: Parts, step: Extract<Step, { kind: "removeLink" }>): Promise<Seen> {
  await checkFolder(parts, step.path);
  return linkThere(parts.look, step);
}

async function keptPlaces({ registry }: Parts, steps: readonly Step[]): Promise<ReadonlyMap<string, string>> {
  const ids = steps.flatMap((step) => (step.kind === "restore" ? [step.trashId] : []));
  const rows = ids.length === 0 ? new Map() : await readKeys(registry, "trash", ids);
  return new Map([...rows].flatMap(([id, row]) => [[id, text(row, "kept") ?? ""] as const]));
}

async function checkOne(
  parts: Parts,
  step: Exclude<FileStep, { kind: "removeLink" }>,
  { trash, kept }: Omit<Places, "links">,
  cleared: boolean,
): Promise<void> {
  const { look } = parts;
  switch (step.kind) {
    case "trash":
      await checkThere(parts, step);
      if (!trash.has(step.root))
        throw fault({ code: "stale", what: step.path, reason: "there is no place for a trash now" });
      return checkInside(parts, step.path, step.root);
    case "delete":
      await checkThere(parts, step);
      return checkInside(parts, step.path, innermost(rootsOf(parts.settings, undefined), step.path));
    case "restore": {
      const at = kept.get(step.trashId);
      const item = at === undefined ? undefined : await look.look(at);
      if (item === undefined)
        throw fault({ code: "stale", what: step.path, reason: "it is not in the trash any more" });
      if (!isSame(item, step.seen))
        throw fault({ code: "stale", what: step.path, reason: "it was changed in the trash" });
      return cleared ? undefined : checkNothing(parts, step.path);
    }
    case "makeLink": {
      const item = await look.look(step.target);
      if (item === undefined) throw await missing(parts, step.target, "it is gone");
      if (item.kind !== "file" || !isSame(item, step.seen)) throw fault({ code: "stale", what: step.target });
      if (!cleared) await checkNothing(parts, step.path);
      return checkFolder(parts, step.path);
    }
    case "removeFolder":
      if ((await look.look(step.path))?.kind !== "folder")
        throw await missing(parts, step.path, "it is no folder any more");
      return;
    case "makeFolder": {
      const kind = (await look.look(step.path))?.kind;
      if (kind !== undefined && kind !== "folder") throw fault({ code: "exists", what: "file", name: step.path });
      return;
    }
  }
}

async function checkNothing({ look }: Parts, path: string): Promise<void> {
  if ((await look.look(path)) !== undefined) throw fault({ code: "exists", what: "file", name: path });
}

/** Where it lies below a root by its letters, it does so in truth. */
async function checkFolder(parts: Parts, path: string): Promise<void> {
  const root = innermost(rootsOf(parts.settings, undefined), path);
  if (root !== undefined && root !== path) await checkInside(parts, path, root);
}

async function checkThere(parts: Parts, { path, seen }: Extract<Step, { kind: "trash" | "delete" }>): Promise<void> {
  const item = await parts.look.look(path);
  if (item === undefined) throw await missing(parts, path, "it is gone");
  if (item.kind === "other" || !isSame(item, seen)) throw fault({ code: "stale", what: path });
}

async function missing({ look, settings }: Parts, path: string, reason: string): Promise<Error> {
  const root = innermost(rootsOf(settings, undefined), path);
  return root !== undefined && (await look.look(root)) === undefined
    ? fault({ code: "fileUnreadable", path, reason: "its drive is not there" })
    : fault({ code: "stale", what: path, reason });
}

/** A linked folder on the way would have us take away what lies elsewhere. */
async function checkInside({ look }: Parts, path: string, root = folderOf(path)): Promise<void> {
  const [folder, top] = await Promise.all([look.resolve(folderOf(path)), look.resolve(root)]);
  if (folder === undefined || top === undefined || (folder !== top && !isBelow(folder, top)))
    throw fault({ code: "fileUnreadable", path, reason: `a link leads to it, out of ${root}` });
}
