import type { Files } from "../ports/files.ts";
import { troubleOf } from "../present/trouble.ts";
import { waitsForDisk } from "../present/wait-words.ts";
import { isFault } from "../util/faults.ts";
import type { Bytes } from "../util/ids.ts";
import type { DiskQuestions } from "./disk-questions.ts";
import { type Item, bytesMissing } from "./item.ts";
import { measure } from "./measure.ts";
import type { Reuse } from "./reuse.ts";
import { mayReuse, wantedFile, wayOf } from "./reuse-file.ts";
import { type Claim, type Lack, shareRoom } from "./room.ts";
import { type VolumeOf, createVolumes } from "./volume-of.ts";

export interface RoomParts {
  readonly files: Pick<Files, "stat" | "freeSpace" | "readText">;
  readonly disks: Pick<DiskQuestions, "ask">;
  readonly reuse: Reuse;
  /** Kept free on every volume. */
  readonly reserve: Bytes;
}

/** Looked at together; as many with room are enough for one look: no more files than these are ever under way. */
const AT_ONCE = 64;

/**
 * Says of each item that waits or runs whether it has room, in their turn, until enough have it: of those after these it is
 * not known, and they are not admitted before a later look.
 * @param again what was full although there seemed to be room is tried again
 */
export async function lookForRoom(
  parts: RoomParts,
  items: readonly Item[],
  again: boolean,
  signal: AbortSignal,
): Promise<void> {
  const running = items.filter(({ state }) => state === "running");
  const inTurn = [...running, ...items.filter(({ state }) => state !== "running")];
  const asking: Asking = { ...parts, volumeOf: createVolumes(parts.files), free: new Map(), silent: new Set() };
  const claims: Claim[] = [];
  let from = 0;
  for (let admitted = 0; from < inTurn.length && admitted < AT_ONCE; from += AT_ONCE) {
    const some = inTurn.slice(from, from + AT_ONCE);
    const wanted: Claim[] = [];
    for (const item of some) {
      if (again) item.wasFull = undefined;
      const claim = await claimOf(asking, item);
      if (claim) wanted.push(claim);
    }
    const share = (more: readonly Claim[]): ReadonlyMap<string, Lack> =>
      shareRoom([...claims, ...more], asking.free, parts.reserve);
    claims.push(...(await withoutLinks(parts.reuse, wanted, some, share(wanted), signal)));
    const lacks = share([]);
    for (const item of some) {
      sayRoom(item, lacks.get(item.id), asking.silent.has(item));
      if (item.room === "has" && item.state === "queued") admitted += 1;
    }
  }
  for (const item of inTurn.slice(from)) {
    if (again) item.wasFull = undefined;
    item.waits = item.wasFull;
    item.room = item.wasFull && "lacks";
  }
}

interface Asking extends RoomParts {
  readonly volumeOf: VolumeOf;
  readonly free: Map<string, number>;
  /** Items whose disks do not answer. */
  readonly silent: Set<Item>;
}

/** None for one that takes no room here, or whose disk does not answer. */
async function claimOf(asking: Asking, item: Item): Promise<Claim | undefined> {
  const { disks, files, free, volumeOf } = asking;
  const { plan } = item;
  // Ollama keeps its own store, on whatever disk, and says so itself when that is full.
  if (plan.provider === "ollama") return undefined;
  try {
    return await disks.ask(plan.root, async () => {
      await measure(item, files);
      const volume = await volumeOf(plan.folder);
      if (!free.has(volume)) free.set(volume, await files.freeSpace(plan.folder));
      return { id: item.id, volume, missing: bytesMissing(item), running: item.state === "running" };
    });
  } catch (error) {
    // What cannot be looked at otherwise, the transfer finds out.
    if (isFault(error, "diskSilent")) asking.silent.add(item);
    return undefined;
  }
}

/** What runs on a disk that does not answer stands still by itself, and could not be stopped. */
function sayRoom(item: Item, lack: Lack | undefined, isSilent: boolean): void {
  const full = lack && troubleOf({ code: "diskFull", path: item.plan.root, ...lack });
  item.waits = isSilent && item.state !== "running" ? waitsForDisk(item.plan.root) : (full ?? item.wasFull);
  item.room = item.waits ? "lacks" : "has";
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
