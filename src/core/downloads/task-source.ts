import type { Download } from "../protocol/downloads.ts";
import type { Task } from "../protocol/tasks.ts";
import type { TaskSelection, TaskSource } from "../tasks/board.ts";
import type { DownloadQueue, Selection } from "./queue.ts";

/** The queue's downloads among all tasks. Bytes that moved are the queue's own event, not a change here. */
export function createDownloadTasks(queue: DownloadQueue): TaskSource {
  return {
    kinds: ["download"],
    list: () => queue.list({}).map(taskOf),
    pause: (selection) => queue.pause(among(selection)),
    resume: (selection) => queue.resume(among(selection)),
    cancel: (selection) => queue.cancel(among(selection)),
    retry: (selection) => queue.retry(among(selection)),
    remove: (selection) => queue.remove(among(selection)),
    move: (id, to) => queue.move(id, to),
    onChange: queue.onChange,
  };
}

function among(selection: TaskSelection): Selection {
  if ("ids" in selection) return selection;
  return selection.kind === undefined || selection.kind === "download" ? { all: true } : { ids: [] };
}

const taskOf = (download: Download): Task => ({
  id: download.id,
  kind: "download",
  title: `${download.model} · ${download.variant}`,
  state: download.state,
  priority: download.priority,
  progress: { done: download.bytesDone, total: download.bytesTotal, unit: "bytes" },
  addedAt: download.addedAt,
  ...(download.finishedAt !== undefined && { finishedAt: download.finishedAt }),
  ...(download.reason && { reason: download.reason }),
});
