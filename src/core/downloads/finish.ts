import type { Identified } from "../identify/head.ts";
import type { LyingFiles } from "../identify/identify-files.ts";
import type { Trouble } from "../protocol/downloads.ts";
import { amongKnown } from "../registry/among-known.ts";
import type { EntryEdits, NewEntry } from "../registry/new-entry.ts";
import type { Registry } from "../registry/registry.ts";
import type { DownloadBook } from "./download-book.ts";
import type { Item } from "./item.ts";
import { newEntryOf } from "./new-entry-of.ts";
import { ollamaNameOf } from "./ollama-plan.ts";
import { knownAs } from "./plan.ts";
import type { PublishSet } from "./publish-set.ts";
import { refuseLockedOnes } from "./refuse-locked.ts";
import { fileEditsUnder, ownersOf } from "./small-files.ts";

export interface Finishing {
  readonly registry: Registry;
  readonly entryEdits: EntryEdits;
  readonly publish: PublishSet;
  /** What finished files say of themselves. */
  readonly identify: (files: LyingFiles, signal: AbortSignal) => Promise<Pick<Identified, "characteristics" | "shape">>;
  /** The entry of a model that Ollama has now, as an import of its store would make it; `name:tag`. */
  readonly ollamaEntry: (name: string, sizeBytes: number, signal: AbortSignal) => Promise<NewEntry>;
}

/**
 * State, entry, files and characteristics in one commit: an entry is there when its download is done, and not before. What
 * could not be published of it is told with it. Rejects with what keeps it from being done.
 */
export async function finish(
  parts: Finishing,
  book: Pick<DownloadBook, "keep" | "time">,
  item: Item,
  signal: AbortSignal,
): Promise<void> {
  const finishedAt = book.time();
  const troubles = await publish(parts, item, signal);
  const own = parts.entryEdits(await amongKnown(parts.registry, await entryOf(parts, item, finishedAt, signal)));
  const owners = await ownersOf(parts, item.plan);
  const { name, edits } = owners ? { name: owners.name, edits: fileEditsUnder(owners, own.edits) } : own;
  await refuseLockedOnes(parts, [name], []);
  const done = { state: "done", finishedAt, entry: name, reason: asOne(troubles) } as const;
  await book.keep([{ ...item, ...done }], edits, () => Object.assign(item, done));
}

async function publish(parts: Finishing, item: Item, signal: AbortSignal): Promise<readonly Trouble[]> {
  if (item.plan.provider === "ollama") return [];
  return parts.publish(item.plan, signal, (path) => {
    item.plan = { ...item.plan, linked: [...(item.plan.linked ?? []), path] };
  });
}

async function entryOf(parts: Finishing, item: Item, finishedAt: string, signal: AbortSignal): Promise<NewEntry> {
  if (item.plan.provider !== "ollama") return newEntryOf(item, finishedAt, await said(parts, item));
  const sizeBytes = item.files.reduce((sum, { planned }) => sum + planned.sizeBytes, 0);
  return { ...(await parts.ollamaEntry(ollamaNameOf(item.plan), sizeBytes, signal)), downloadedAt: finishedAt };
}

/** The first, with the others among its facts. */
function asOne([first, ...others]: readonly Trouble[]): Trouble | undefined {
  if (!first) return undefined;
  return others.length === 0 ? first : { ...first, facts: { ...first.facts, others } };
}

/** A header that cannot be read takes nothing from a file that is proven. */
async function said({ identify }: Finishing, { files, plan }: Item): ReturnType<Finishing["identify"]> {
  const targets = (primary: boolean): readonly string[] =>
    files.filter(({ planned }) => planned.primary === primary).map(({ planned }) => knownAs(planned));
  const weights = targets(true);
  if (weights.length === 0) return { characteristics: [] };
  const sizeBytes = plan.files.reduce((sum, file) => sum + (file.primary ? file.sizeBytes : 0), 0);
  const lying = { weights, others: targets(false), sizeBytes };
  return identify(lying, new AbortController().signal).catch(() => ({ characteristics: [] }));
}
