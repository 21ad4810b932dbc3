import type { Files } from "../ports/files.ts";
import { troubleOf } from "../present/trouble.ts";
import type { Bytes } from "../util/ids.ts";
import { type Item, bytesMissing } from "./item.ts";
import { type Claim, shareRoom } from "./room.ts";
import { volumeOf } from "./volume-of.ts";

export interface RoomParts {
  readonly files: Pick<Files, "stat" | "freeSpace">;
  /** Kept free on every volume. */
  readonly reserve: Bytes;
}

/**
 * Says of each item that waits or runs whether it has room.
 * @param again what was full although there seemed to be room is tried again
 */
export async function lookForRoom(
  { files, reserve }: RoomParts,
  items: readonly Item[],
  again: boolean,
): Promise<void> {
  const claims: Claim[] = [];
  const free = new Map<string, number>();
  for (const item of items) {
    const volume = await volumeOfItem(files, item);
    if (volume === undefined) {
      item.room = "has";
      continue;
    }
    if (!free.has(volume)) free.set(volume, await files.freeSpace(item.plan.folder));
    claims.push({ id: item.id, volume, missing: bytesMissing(item), running: item.state === "running" });
  }
  const lacks = shareRoom(claims, free, reserve);
  for (const item of items) {
    if (again) item.wasFull = undefined;
    const lack = lacks.get(item.id);
    const full = lack && troubleOf({ code: "diskFull", path: item.plan.root, ...lack });
    item.waits = full ?? item.wasFull;
    item.room = item.waits ? "lacks" : "has";
  }
}

/** undefined where its bytes go to no disk of ours, or nothing can be said of it: the transfer will. */
async function volumeOfItem(files: RoomParts["files"], { plan }: Item): Promise<string | undefined> {
  if (plan.provider === "ollama") return undefined;
  return volumeOf(files, plan.folder).catch(() => undefined);
}
