import type { MovedRow, QueueHead, QueueRow, QueueUpdate } from "../core/protocol/page.ts";

/** The queue on its way to a page: all of it once, then what changed. */
export interface QueueFeed {
  /** For a page that has nothing. */
  whole(rows: readonly QueueRow[], head: QueueHead): QueueUpdate;
  /** Since the last one; undefined where nothing did. */
  changes(rows: readonly QueueRow[], head: QueueHead): QueueUpdate | undefined;
}

export function createQueueFeed(): QueueFeed {
  let order = "";
  let sentHead = "";
  const sent = new Map<string, Sent>();

  function note(rows: readonly QueueRow[], head: QueueHead): void {
    order = JSON.stringify(rows.map(({ id }) => id));
    sentHead = JSON.stringify(head);
    const ids = new Set(rows.map(({ id }) => id));
    for (const id of sent.keys()) if (!ids.has(id)) sent.delete(id);
    for (const row of rows) if (sent.get(row.id)?.row !== row) sent.set(row.id, partsOf(row));
  }

  return {
    whole: (rows, head) => {
      sent.clear();
      note(rows, head);
      return { whole: true, head, order: rows.map(({ id }) => id), rows, moved: [] };
    },
    changes: (rows, head) => {
      const changed: QueueRow[] = [];
      const moved: MovedRow[] = [];
      for (const row of rows) {
        const had = sent.get(row.id);
        if (had?.row === row) continue;
        const now = partsOf(row);
        if (had?.still !== now.still) changed.push(row);
        else if (had.moving !== now.moving) moved.push([row.id, row.fraction, row.amount, row.pace]);
      }
      const ids = rows.map(({ id }) => id);
      const isMixed = JSON.stringify(ids) !== order;
      const isSame = !isMixed && changed.length === 0 && moved.length === 0 && JSON.stringify(head) === sentHead;
      if (isSame) return undefined;
      note(rows, head);
      return { whole: false, head, ...(isMixed && { order: ids }), rows: changed, moved };
    },
  };
}

interface Sent {
  readonly row: QueueRow;
  readonly still: string;
  readonly moving: string;
}

function partsOf(row: QueueRow): Sent {
  const { fraction, amount, pace, ...still } = row;
  return { row, still: JSON.stringify(still), moving: JSON.stringify([fraction, amount, pace]) };
}
