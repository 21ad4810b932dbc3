import { folderOf } from "../../downloads/safe-path.ts";
import type { DiskItem } from "../../ports/disk-look.ts";
import { fault, reasonOf } from "../../util/faults.ts";
import type { MaintenanceParts } from "../parts.ts";
import type { Seen } from "../plan.ts";
import { innermost } from "../survey/disk-facts.ts";
import { rootsOf } from "../survey/roots.ts";
import type { Deed, LastDeed } from "./deeds.ts";

type Parts = Pick<MaintenanceParts, "look" | "moves" | "links" | "settings" | "log">;
type Move = Extract<Deed, { kind: "move" }>;

/** @throws FaultError `stale` where something else lies there now, `exists`, and those of the disk */
export async function doDeed({ look, moves, links, settings }: Parts, deed: Deed): Promise<void> {
  switch (deed.kind) {
    case "makeFolder":
      return moves.makeFolder(deed.path, "usual");
    case "removeFolder":
      if ((await look.look(deed.path))?.kind !== "folder")
        throw fault({ code: "stale", what: deed.path, reason: "it is no folder any more" });
      return moves.removeFolder(deed.path);
    case "makeLink": {
      const { path, target, how, seen } = deed;
      const item = await look.look(target);
      if (item?.kind !== "file" || !isSame(item, seen)) throw fault({ code: "stale", what: target });
      return links.make(path, target, how, innermost(rootsOf(settings, undefined), path));
    }
    case "move": {
      const item = await look.look(deed.from);
      if (item === undefined || !isSame(item, deed.seen)) throw fault({ code: "stale", what: deed.from });
      if (isHidden(deed.to)) await moves.makeFolder(folderOf(deed.to), "own");
      return moves.move(deed.from, deed.to);
    }
  }
}

/** A folder is the same folder whatever was put in or taken out. */
export const isSame = (item: DiskItem, seen: Seen): boolean =>
  item.identity === seen.identity &&
  (item.kind === "folder" || (item.size === seen.size && item.modified === seen.modified));

/** What a deed that was begun has come to, once it was taken back. */
export type TakenBack =
  | { readonly kind: "done" }
  /** It cannot be reached now. */
  | { readonly kind: "offline" }
  /** It stays where it was put, as something else has taken its place, or the disk refuses. */
  | { readonly kind: "left"; readonly move: Move; readonly reason: string };

/** Takes a deed back that was begun; whether it was done shows on the disk. Idempotent. */
export async function takeBack(parts: Parts, deed: Deed): Promise<TakenBack> {
  const { look, moves, links, log } = parts;
  switch (deed.kind) {
    case "makeLink":
      // What lies there and is no link of ours was put there by somebody else.
      await links
        .remove(deed.path, deed.target, deed.how)
        .catch((error: unknown) => log.warn(`${deed.path} stays: ${reasonOf(error)}`));
      return { kind: "done" };
    case "makeFolder":
      // Not empty: it was there before, or somebody uses it by now.
      await moves
        .removeFolder(deed.path)
        .catch((error: unknown) => log.debug(`${deed.path} stays: ${reasonOf(error)}`));
      return { kind: "done" };
    case "removeFolder": {
      // Where its drive is not there, an empty folder it was mounted on may be.
      const above = await look.look(folderOf(deed.path));
      if (above === undefined || (deed.device !== undefined && above.device !== deed.device))
        return { kind: "offline" };
      await moves.makeFolder(deed.path, "usual");
      return { kind: "done" };
    }
    case "move":
      try {
        const [from, to] = await Promise.all([look.look(deed.from), look.look(deed.to)]);
        if (to !== undefined && isSame(to, deed.seen)) {
          if (isHidden(deed.from)) await moves.makeFolder(folderOf(deed.from), "own");
          await moves.move(deed.to, deed.from);
        } else if (from === undefined && (await look.look(deed.anchor)) === undefined) return { kind: "offline" };
      } catch (error) {
        return { kind: "left", move: deed, reason: reasonOf(error) };
      }
      await tidyTrash(parts, deed.to);
      return { kind: "done" };
  }
}

/** @throws FaultError of the disk or of the server */
export async function doLast(
  { moves, log, deleteOllama }: Pick<MaintenanceParts, "moves" | "log" | "deleteOllama">,
  deed: LastDeed,
  signal: AbortSignal,
): Promise<void> {
  if (deed.kind === "deleteOllama") return deleteOllama(deed.model, signal);
  if (deed.kind === "erase") return moves.erase(deed.path);
  if (deed.kind === "eraseLink")
    return moves.erase(deed.path).catch((error: unknown) => log.warn(`${deed.path} stays: ${reasonOf(error)}`));
  await moves.removeFolder(deed.path).catch((error: unknown) => log.debug(`${deed.path} stays: ${reasonOf(error)}`));
}

/** In a trash folder. */
export const isHidden = (path: string): boolean => /[\\/]\.modeldeck-trash[\\/][^\\/]+[\\/][^\\/]+$/.test(path);

/** The folders of the trash that held the thing, where they are empty now. @param kept where it was kept */
export async function tidyTrash({ moves }: Pick<Parts, "moves">, kept: string): Promise<void> {
  if (!isHidden(kept)) return;
  const own = folderOf(kept);
  try {
    await moves.removeFolder(own);
    await moves.removeFolder(folderOf(own));
  } catch {
    // There is more in it.
  }
}
