import type { QueueRow, QueueUpdate } from "../../core/protocol/page.ts";

/** The rows as the host last told them. */
export interface QueueBook {
  /** True where rows came, went, changed their place or their state. */
  take(update: QueueUpdate): boolean;
  /** In their order. */
  rows(): readonly QueueRow[];
  /** Those the update is about. */
  touched(update: QueueUpdate): readonly QueueRow[];
}

export function createQueueBook(): QueueBook {
  const known = new Map<string, QueueRow>();
  let order: readonly string[] = [];
  return {
    take: (update) => {
      if (update.whole) known.clear();
      for (const row of update.rows) known.set(row.id, row);
      for (const [id, fraction, amount, pace] of update.moved) {
        const row = known.get(id);
        if (row) known.set(id, { ...row, fraction, amount, pace });
      }
      if (update.order) {
        order = update.order;
        const ids = new Set(order);
        for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
      }
      return update.whole || update.order !== undefined || update.rows.length > 0;
    },
    rows: () => order.flatMap((id) => known.get(id) ?? []),
    touched: ({ moved }) => moved.flatMap(([id]) => known.get(id) ?? []),
  };
}
