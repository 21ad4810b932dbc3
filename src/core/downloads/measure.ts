import * as v from "valibot";
import type { Files } from "../ports/files.ts";
import { bytes } from "../util/ids.ts";
import type { DiskQuestions } from "./disk-questions.ts";
import type { Item } from "./item.ts";
import { sidecarPath } from "./sidecar.ts";

/** Under way: whoever asks meanwhile waits for it, since half of what is there is no figure to go by. */
const measuring = new WeakMap<Item, Promise<void>>();

/** Of one that an earlier owner left: what is there of its files, for the figures. The transfer itself looks again. */
export async function measure(item: Item, files: Pick<Files, "readText">): Promise<void> {
  if (item.measured) return;
  const underWay = measuring.get(item) ?? readRecords(item, files);
  measuring.set(item, underWay);
  await underWay;
}

async function readRecords(item: Item, files: Pick<Files, "readText">): Promise<void> {
  for (const file of item.files) {
    if (file.finished) continue;
    const record = await files.readText(sidecarPath(file.planned.target), RECORD_LIMIT).catch(() => undefined);
    if (file.finished || file.state !== "waiting" || file.toldBytes !== undefined) continue;
    file.doneBytes = Math.min(recordedBytes(record), file.planned.sizeBytes);
    file.guessed = true;
  }
  item.measured = true;
}

/** All that were not needed before: one after the other, behind whatever else is done. */
export async function measureAll(
  parts: {
    readonly book: { readonly inOrder: () => readonly Item[] };
    readonly files: Pick<Files, "readText">;
    readonly disks: Pick<DiskQuestions, "ask">;
    readonly onMeasured: () => void;
  },
  signal: AbortSignal,
): Promise<void> {
  for (const item of parts.book.inOrder()) {
    if (item.measured) continue;
    if (signal.aborted) return;
    await parts.disks.ask(item.plan.root, () => measure(item, parts.files)).catch(() => undefined);
    parts.onMeasured();
  }
}

const RECORD_LIMIT = bytes(2 ** 22);

/** Of the parts that a partial file's record says are on the disk; 0 where it cannot be read. */
function recordedBytes(record = ""): number {
  try {
    const parts = v.parse(records, JSON.parse(record)).synced;
    return typeof parts === "number" ? parts : parts.reduce((sum, [from, end]) => sum + end - from, 0);
  } catch {
    return 0;
  }
}

const records = v.object({ synced: v.union([v.number(), v.array(v.tuple([v.number(), v.number()]))]) });
