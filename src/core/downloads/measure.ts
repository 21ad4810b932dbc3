import * as v from "valibot";
import type { Files } from "../ports/files.ts";
import { bytes } from "../util/ids.ts";
import type { Item } from "./item.ts";
import { sidecarPath } from "./sidecar.ts";

/** What is there of files that wait, for the figures: the transfer itself looks again. */
export async function measure(item: Item, files: Pick<Files, "readText">): Promise<void> {
  if (item.state === "done" || item.state === "cancelled" || item.plan.provider === "ollama") return;
  for (const file of item.files) {
    if (file.finished) continue;
    const record = await files.readText(sidecarPath(file.planned.target), RECORD_LIMIT).catch(() => undefined);
    file.doneBytes = Math.min(recordedBytes(record), file.planned.sizeBytes);
    file.guessed = true;
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
