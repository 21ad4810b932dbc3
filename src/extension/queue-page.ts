import { queueHead } from "../core/present/queue-head.ts";
import { queueRow } from "../core/present/queue-row.ts";
import type { Download } from "../core/protocol/downloads.ts";
import type { QueueHead, QueueRow, QueueUpdate } from "../core/protocol/page.ts";
import type { VerbResults } from "./ask.ts";
import { createQueueFeed } from "./queue-feed.ts";
import type { Reading } from "./reading.ts";

/** The queue as the page is told it, with the tiles that are opened there. */
export interface QueuePage {
  whole(): QueueUpdate;
  /** undefined where nothing changed since. */
  changes(): QueueUpdate | undefined;
  open(id: string, open: boolean): void;
}

export function createQueuePage(downloads: Pick<Reading<VerbResults["downloads.list"]>, "value">): QueuePage {
  const feed = createQueueFeed();
  const opened = new Set<string>();
  /** A download that did not change is the same object, and so is its row. */
  const [closedRows, openRows] = [new WeakMap<Download, QueueRow>(), new WeakMap<Download, QueueRow>()];
  const rowOf = (download: Download): QueueRow => {
    const isOpen = opened.has(download.id);
    const made = isOpen ? openRows : closedRows;
    const row = made.get(download) ?? queueRow(download, isOpen);
    made.set(download, row);
    return row;
  };
  const rows = (): readonly QueueRow[] => downloads.value.downloads.map(rowOf);
  const head = (): QueueHead => queueHead(downloads.value.downloads, downloads.value.queue, new Date());
  return {
    whole: () => feed.whole(rows(), head()),
    changes: () => feed.changes(rows(), head()),
    open: (id, open) => {
      if (open) opened.add(id);
      else opened.delete(id);
    },
  };
}
