import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import { waitsForOther } from "../present/wait-words.ts";
import type { Trouble } from "../protocol/downloads.ts";
import { millis } from "../util/ids.ts";
import type { DownloadPlan } from "./plan.ts";

/** Milliseconds between two looks; and without a change, after which nobody is taken to be writing. */
const LOOK_EVERY = 2000;
const QUIET = 30_000;

/**
 * Two programs fetch the same blob of a Hugging Face cache: huggingface_hub writes it as `<etag>.incomplete`, behind a lock
 * by `flock`, which Node has not. So who grows such a file is waited for: what comes of it is taken, and where it stops
 * growing we fetch it ourselves.
 * @param onWait told once
 */
export async function waitForOtherWriter(
  { files, clock }: { readonly files: Pick<Files, "stat">; readonly clock: Clock },
  { layout }: Pick<DownloadPlan, "layout">,
  { target, path }: { readonly target: string; readonly path: string },
  onWait: (why: Trouble) => void,
  signal: AbortSignal,
): Promise<void> {
  if (layout !== "hf-cache") return;
  let before = "";
  let changedAt = clock.now();
  for (let told = false; ; told = true) {
    const there = await files.stat(`${target}.incomplete`);
    if (there?.kind !== "file" || (await files.stat(target))) return;
    const now = `${there.size} ${there.modified}`;
    if (now === before) {
      const isOld = clock.wall() - there.modified > QUIET;
      if (isOld || clock.now() - changedAt > QUIET) return;
    } else changedAt = clock.now();
    before = now;
    if (!told) onWait(waitsForOther(path));
    await clock.sleep(millis(LOOK_EVERY), signal);
  }
}
