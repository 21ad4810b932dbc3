import type { Clock } from "../ports/clock.ts";
import type { FileFacts, Files } from "../ports/files.ts";
import { waitsForOther } from "../present/wait-words.ts";
import type { Trouble } from "../protocol/downloads.ts";
import { millis } from "../util/ids.ts";
import type { DownloadPlan } from "./plan.ts";
import { folderOf } from "./safe-path.ts";

/** Milliseconds between two looks; and without a change, after which nobody is taken to be writing. */
const LOOK_EVERY = 2000;
const QUIET = 30_000;

/**
 * Two programs fetch the same blob of a Hugging Face cache: huggingface_hub writes it as `<etag>.incomplete`, from 2.0 on as
 * `<etag>.<eight digits>.incomplete`, behind a lock by `flock`, which Node has not. It saves fetching twice alone: either
 * way a whole blob is renamed into its place, and ours takes the place of none. So who grows such a file is waited for: what comes of it is taken, and where it stops
 * growing we fetch it ourselves.
 * @param onWait told once
 */
export async function waitForOtherWriter(
  { files, clock }: { readonly files: Pick<Files, "stat" | "list">; readonly clock: Clock },
  { layout }: Pick<DownloadPlan, "layout">,
  { target, path }: { readonly target: string; readonly path: string },
  onWait: (why: Trouble) => void,
  signal: AbortSignal,
): Promise<void> {
  if (layout !== "hf-cache") return;
  let before = "";
  let changedAt = clock.now();
  for (let told = false; ; told = true) {
    const there = await incompleteOf(files, target);
    if (there.length === 0 || (await files.stat(target))) return;
    const now = there.map(({ size, modified }) => `${size} ${modified}`).join();
    if (now === before) {
      const isOld = clock.wall() - Math.max(...there.map(({ modified }) => modified)) > QUIET;
      if (isOld || clock.now() - changedAt > QUIET) return;
    } else changedAt = clock.now();
    before = now;
    if (!told) onWait(waitsForOther(path));
    await clock.sleep(millis(LOOK_EVERY), signal);
  }
}

async function incompleteOf(files: Pick<Files, "stat" | "list">, target: string): Promise<readonly FileFacts[]> {
  const folder = folderOf(target);
  const etag = target.slice(folder.length).replace(/^[\\/]/, "");
  const isOf = (name: string): boolean =>
    name.startsWith(`${etag}.`) && /^(\.[0-9a-f]+)?\.incomplete$/.test(name.slice(etag.length));
  const items = ((await files.list(folder)) ?? []).filter(({ kind, name }) => kind === "file" && isOf(name));
  const ends = items.map(({ name }) => name.slice(etag.length)).toSorted();
  const facts = await Promise.all(ends.map((end) => files.stat(target + end)));
  return facts.filter((one) => one !== undefined);
}
