import * as v from "valibot";
import { folderOf } from "../../downloads/safe-path.ts";
import { trashIdOf } from "../inverse.ts";
import { isBelow } from "../operations/paths.ts";
import type { Seen, Step } from "../plan.ts";
import { seenSchema } from "../stored.ts";

/** What is done to the disk before the rows are changed, and taken back if that does not come to pass. */
export type Deed =
  /** `anchor`: a folder that is there as long as their volume is. */
  | {
      readonly kind: "move";
      readonly from: string;
      readonly to: string;
      readonly anchor: string;
      readonly seen: Seen;
      readonly bytes: number;
    }
  | Extract<Step, { kind: "makeLink" }>
  | { readonly kind: "makeFolder"; readonly path: string }
  /** `device`: of the volume it lay on; made anew there or nowhere. */
  | { readonly kind: "removeFolder"; readonly path: string; readonly device?: number };

/** What is done after the rows have changed, and is never taken back. */
export type LastDeed =
  | { readonly kind: "deleteOllama"; readonly model: string }
  | { readonly kind: "erase"; readonly path: string }
  /** A further name of bytes that stay: where it cannot go it is only in the way. */
  | { readonly kind: "eraseLink"; readonly path: string }
  | { readonly kind: "removeFolder"; readonly path: string };

export interface Deeds {
  readonly deeds: readonly Deed[];
  readonly last: readonly LastDeed[];
  /** Of each thing that is thrown away: its id, and where it is kept. */
  readonly thrown: readonly Thrown[];
  /** Ids of what is taken out of the trash. */
  readonly taken: readonly string[];
}

export interface Thrown {
  readonly id: string;
  readonly path: string;
  readonly kept: string;
  readonly bytes: number;
}

export interface Places {
  /** Root → its trash folder. */
  readonly trash: ReadonlyMap<string, string>;
  /** Id → where it is kept. */
  readonly kept: ReadonlyMap<string, string>;
  /** Path of a link that goes → the link as it lies there. */
  readonly links: ReadonlyMap<string, Seen>;
}

/**
 * Steps as deeds. What goes for good, and a link, is first set aside under a hidden name where it lies, so that until the
 * rows have changed everything can be taken back just as it was.
 * @throws Error where a step's place is not among the places
 */
export function deedsOf(runId: string, steps: readonly Step[], places: Places): Deeds {
  const deeds: Deed[] = [];
  const last: LastDeed[] = [];
  const thrown: Thrown[] = [];
  const taken: string[] = [];
  for (const [index, step] of steps.entries()) {
    // Of a hundred thousand steps nearly all are rows.
    if (step.kind === "row") continue;
    const id = trashIdOf(runId, index);
    switch (step.kind) {
      case "trash": {
        const trash = known(places.trash, step.root);
        const to = `${trash}/${id}/${nameOf(step.path)}`;
        const { path, seen, bytes } = step;
        deeds.push({ kind: "move", from: path, to, anchor: folderOf(trash), seen, bytes });
        thrown.push({ id, path, kept: to, bytes });
        break;
      }
      case "restore": {
        const from = known(places.kept, step.trashId);
        const { path, seen, bytes } = step;
        deeds.push({ kind: "move", from, to: path, anchor: folderOf(folderOf(folderOf(from))), seen, bytes });
        taken.push(step.trashId);
        break;
      }
      case "makeLink":
        deeds.push(step);
        break;
      case "removeLink": {
        const { path } = step;
        const to = asideOf(path, id);
        deeds.push({ kind: "move", from: path, to, anchor: folderOf(path), seen: known(places.links, path), bytes: 0 });
        last.push({ kind: "eraseLink", path: to });
        break;
      }
      case "delete": {
        const { path, seen, bytes } = step;
        const to = asideOf(path, id);
        deeds.push({ kind: "move", from: path, to, anchor: folderOf(path), seen, bytes });
        last.push({ kind: "erase", path: to });
        break;
      }
      case "removeFolder": {
        // It still holds what is set aside in it.
        const holds = last.some((one) => one.kind !== "deleteOllama" && isBelow(one.path, step.path));
        if (holds) last.push({ kind: "removeFolder", path: step.path });
        else deeds.push({ kind: "removeFolder", path: step.path });
        break;
      }
      case "makeFolder":
        deeds.push({ kind: "makeFolder", path: step.path });
        break;
      case "deleteOllama":
        last.push({ kind: "deleteOllama", model: step.model });
        break;
    }
  }
  // A server may refuse; that shows before anything else is gone for good.
  const servers = last.filter(({ kind }) => kind === "deleteOllama");
  return { deeds, last: [...servers, ...last.filter(({ kind }) => kind !== "deleteOllama")], thrown, taken };
}

const ASIDE = ".modeldeck-deleted-";
const asideOf = (path: string, id: string): string => `${folderOf(path)}/${ASIDE}${id}`;

/** It is erased once the rows have changed. */
export const isSetAside = (path: string): boolean => nameOf(path).startsWith(ASIDE);

const nameOf = (path: string): string => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);

function known<Place>(places: ReadonlyMap<string, Place>, name: string): Place {
  const place = places.get(name);
  if (place === undefined) throw new Error(`no place is known for ${name}`);
  return place;
}

export const deedSchema: v.GenericSchema<unknown, Deed> = v.variant("kind", [
  v.strictObject({
    kind: v.literal("move"),
    from: v.string(),
    to: v.string(),
    anchor: v.string(),
    seen: seenSchema,
    bytes: v.number(),
  }),
  v.strictObject({
    kind: v.literal("makeLink"),
    path: v.string(),
    target: v.string(),
    how: v.picklist(["hard", "symbolic", "clone"]),
    seen: seenSchema,
  }),
  v.strictObject({ kind: v.literal("makeFolder"), path: v.string() }),
  v.strictObject({ kind: v.literal("removeFolder"), path: v.string(), device: v.exactOptional(v.number()) }),
]);

export const lastDeedSchema: v.GenericSchema<unknown, LastDeed> = v.variant("kind", [
  v.strictObject({ kind: v.literal("deleteOllama"), model: v.string() }),
  v.strictObject({ kind: v.literal("erase"), path: v.string() }),
  v.strictObject({ kind: v.literal("eraseLink"), path: v.string() }),
  v.strictObject({ kind: v.literal("removeFolder"), path: v.string() }),
]);
