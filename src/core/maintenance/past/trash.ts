import { folderOf } from "../../downloads/safe-path.ts";
import type { TrashRow } from "../../protocol/maintenance.ts";
import { number, text } from "../../registry/columns.ts";
import { fault } from "../../util/faults.ts";
import { isHidden, tidyTrash } from "../apply/do-deeds.ts";
import type { MaintenanceParts } from "../parts.ts";
import { reasonIn } from "../survey/disk-facts.ts";

type Parts = Pick<MaintenanceParts, "registry" | "look" | "moves" | "log">;

/** Newest first. */
export async function listTrash({ registry }: Pick<Parts, "registry">): Promise<readonly TrashRow[]> {
  return (await kept(registry)).map(({ id, at, path, bytes }) => ({ id, at, path, bytes }));
}

/**
 * Deletes for good. Things on a drive that is not there stay listed.
 * @param ids all where left out
 * @throws FaultError `notFound` for an id that is not in the trash, before anything is done; `fileUnreadable` where none could be
 * deleted
 */
export async function eraseTrash(
  parts: Parts,
  ids: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<number> {
  const all = await kept(parts.registry);
  for (const id of ids ?? [])
    if (!all.some((one) => one.id === id)) throw fault({ code: "notFound", what: "trash", name: id });
  let freed = 0;
  const failed: unknown[] = [];
  const asked = all.filter(({ id }) => ids === undefined || ids.includes(id));
  for (const one of asked) {
    signal.throwIfAborted();
    try {
      freed += await eraseOne(parts, one);
    } catch (error) {
      parts.log.warn(`${one.path} stays in the trash: ${reasonIn(error)}`);
      failed.push(error);
    }
  }
  if (failed.length === asked.length && failed.length > 0) throw failed[0];
  return freed;
}

async function eraseOne(parts: Parts, one: Kept): Promise<number> {
  const { look, moves, registry } = parts;
  const there = (await look.look(one.kept)) !== undefined;
  if (!there && isHidden(one.kept) && (await look.look(folderOf(folderOf(folderOf(one.kept))))) === undefined)
    throw fault({ code: "fileUnreadable", path: one.path, reason: "its drive is not there" });
  if (there) await moves.erase(one.kept);
  await registry.commit([{ table: "trash", key: one.id, after: null }]);
  await tidyTrash(parts, one.kept);
  return there ? one.bytes : 0;
}

interface Kept extends TrashRow {
  readonly kept: string;
}

async function kept(registry: Parts["registry"]): Promise<readonly Kept[]> {
  const rows = await registry.query("SELECT id, at, path, kept, size_bytes FROM trash ORDER BY at DESC, id DESC");
  return rows.map((row) => ({
    id: text(row, "id") ?? "",
    at: text(row, "at") ?? "",
    path: text(row, "path") ?? "",
    kept: text(row, "kept") ?? "",
    bytes: number(row, "size_bytes") ?? 0,
  }));
}
