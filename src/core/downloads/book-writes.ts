import type { Edit } from "../ports/database.ts";
import type { Registry } from "../registry/registry.ts";
import type { DownloadBook } from "./download-book.ts";
import { type Item, editOf } from "./item.ts";

/** Rows of downloads, one write after the other. With nothing to keep, it waits for what is being written. */
export function createWrites(
  registry: Pick<Registry, "commit">,
  items: Map<string, Item>,
  changed: () => void,
): Pick<DownloadBook, "keep" | "forget"> {
  let writes: Promise<void> = Promise.resolve();

  function inTurn(write: () => Promise<void>): Promise<void> {
    const before = writes;
    const written = (async () => {
      await before;
      await write();
    })();
    writes = written.catch(() => undefined);
    return written;
  }

  return {
    keep: (kept: readonly Item[], edits: readonly Edit[] = [], onKept?: () => void) => {
      if (kept.length === 0) return writes;
      changed();
      return inTurn(async () => {
        await registry.commit([...edits, ...kept.map(editOf)]);
        if (!onKept) return;
        onKept();
        changed();
      });
    },
    forget: (gone) => {
      if (gone.length === 0) return writes;
      return inTurn(async () => {
        await registry.commit(gone.map(({ id }) => ({ table: "downloads", key: id, after: null })));
        for (const { id } of gone) items.delete(id);
        changed();
      });
    },
  };
}
