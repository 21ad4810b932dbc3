import type { Files } from "../ports/files.ts";
import { troubleOf } from "../present/trouble.ts";
import type { Bytes } from "../util/ids.ts";
import { type Item, bytesMissing } from "./item.ts";
import type { Reuse } from "./reuse.ts";
import { mayReuse, wantedFile, wayOf } from "./reuse-file.ts";
import { type Claim, shareRoom } from "./room.ts";
import { volumeOf } from "./volume-of.ts";

export interface RoomParts {
  readonly files: Pick<Files, "stat" | "freeSpace">;
  readonly reuse: Reuse;
  /** Kept free on every volume. */
  readonly reserve: Bytes;
}

/**
 * Says of each item that waits or runs whether it has room.
 * @param again what was full although there seemed to be room is tried again
 */
export async function lookForRoom(
  { files, reuse, reserve }: RoomParts,
  items: readonly Item[],
  again: boolean,
  signal: AbortSignal,
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
  const lacks = shareRoom(
    await withoutLinks(reuse, claims, items, shareRoom(claims, free, reserve), signal),
    free,
    reserve,
  );
  for (const item of items) {
    if (again) item.wasFull = undefined;
    const lack = lacks.get(item.id);
    const full = lack && troubleOf({ code: "diskFull", path: item.plan.root, ...lack });
    item.waits = full ?? item.wasFull;
    item.room = item.waits ? "lacks" : "has";
  }
}

/** Those that lack room, without the bytes that are proven to be here and are linked: these take none. */
async function withoutLinks(
  reuse: RoomParts["reuse"],
  claims: readonly Claim[],
  items: readonly Item[],
  lacks: ReadonlyMap<string, unknown>,
  signal: AbortSignal,
): Promise<readonly Claim[]> {
  const byId = new Map(items.map((item) => [item.id, item]));
  const all: Claim[] = [];
  for (const claim of claims) {
    const item = lacks.has(claim.id) ? byId.get(claim.id) : undefined;
    const linked = item ? await linkableBytes(reuse, item, signal).catch(() => 0) : 0;
    all.push({ ...claim, missing: claim.missing - linked });
  }
  return all;
}

async function linkableBytes(reuse: RoomParts["reuse"], { plan, files }: Item, signal: AbortSignal): Promise<number> {
  let sum = 0;
  for (const { planned, finished, doneBytes } of files) {
    if (finished || !mayReuse(plan, planned)) continue;
    const found = await reuse.find(wantedFile(plan, planned), { prove: false }, signal);
    const way = found?.proven === true ? wayOf(plan, found.ways) : undefined;
    if (way !== undefined && way !== "copy") sum += planned.sizeBytes - doneBytes;
  }
  return sum;
}

/** undefined where its bytes go to no disk of ours, or nothing can be said of it: the transfer will. */
async function volumeOfItem(files: RoomParts["files"], { plan }: Item): Promise<string | undefined> {
  if (plan.provider === "ollama") return undefined;
  return volumeOf(files, plan.folder).catch(() => undefined);
}
