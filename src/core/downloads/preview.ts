import type { Files } from "../ports/files.ts";
import type { Hasher } from "../ports/hasher.ts";
import { terminalCommand } from "../maintenance/command.ts";
import type { DownloadPreview, PreviewFile } from "../protocol/downloads.ts";
import type { Bytes } from "../util/ids.ts";
import type { Planned } from "./add-downloads.ts";
import { type AlreadyHere, alreadyHere } from "./already-here.ts";
import type { DiskQuestions } from "./disk-questions.ts";
import type { DownloadBook } from "./download-book.ts";
import { bytesMissing } from "./item.ts";
import type { PlannedFile } from "./plan.ts";
import type { DownloadRequest } from "./queue.ts";
import type { Reuse } from "./reuse.ts";
import { mayReuse, wantedFile, wayOf } from "./reuse-file.ts";
import { createVolumes } from "./volume-of.ts";

export interface Previewing extends Pick<AlreadyHere, "installed"> {
  readonly files: Files;
  readonly hasher: Pick<Hasher, "start">;
  readonly reuse: Pick<Reuse, "find">;
  readonly reserve: Bytes;
  readonly disks: Pick<DiskQuestions, "ask">;
  readonly book: Pick<DownloadBook, "inOrder" | "joined">;
}

/** @throws FaultError `diskSilent` */
export async function previewDownloads(
  parts: Previewing,
  request: DownloadRequest,
  planned: readonly Planned[],
  { prove }: { readonly prove: boolean },
  signal: AbortSignal,
): Promise<DownloadPreview> {
  const [first] = planned;
  const folder = first?.plan.folder ?? "";
  const isHere = first !== undefined && first.plan.provider !== "ollama";
  // First: of a disk that does not answer there is nothing to be seen.
  const freeBytes = isHere ? await parts.disks.ask(first.plan.root, () => parts.files.freeSpace(folder)) : 0;
  const sets: DownloadPreview["sets"][number][] = [];
  for (const one of planned) sets.push(await previewSet(parts, one, prove, signal));
  return {
    model: first?.plan.repository ?? request.model,
    sets,
    folder,
    freeBytes,
    spokenForBytes: isHere ? await spokenFor(parts, folder) : 0,
    command: terminalCommand("downloads.add", { ...request }),
  };
}

async function previewSet(
  parts: Previewing,
  one: Planned,
  prove: boolean,
  signal: AbortSignal,
): Promise<DownloadPreview["sets"][number]> {
  const { plan, entry } = one;
  // Where only links are to be made, it is planned like any other; its bytes are known all the same.
  const { linkOut, ...unlinked } = plan;
  const held = entry === undefined && linkOut && !plan.force ? await alreadyHere(parts, unlinked, false) : undefined;
  const files: PreviewFile[] = [];
  for (const file of plan.files) {
    signal.throwIfAborted();
    files.push(await previewFile(parts, held ? { ...one, entry: held.entry } : one, file, prove, signal));
  }
  const joined = one.entry === undefined ? await parts.book.joined(one.plan) : undefined;
  const isFetched = ({ state }: PreviewFile): boolean => state === "missing" || state === "likely";
  return {
    variant: one.plan.variant,
    files,
    bytesTotal: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    bytesToFetch: files.reduce((sum, file) => sum + (isFetched(file) ? file.sizeBytes : 0), 0),
    ...(one.entry !== undefined && { entry: one.entry }),
    ...(joined && { joins: joined.id }),
  };
}

async function previewFile(
  parts: Previewing,
  { plan, entry, warnings }: Planned,
  file: PlannedFile,
  prove: boolean,
  signal: AbortSignal,
): Promise<PreviewFile> {
  const { path, sizeBytes, target } = file;
  const warning = warnings.get(path);
  const shown = { path, sizeBytes, target, ...(warning !== undefined && { warning }) };
  if (plan.provider === "ollama" || plan.force) return { ...shown, state: "missing" };
  if (entry !== undefined) return { ...shown, state: "here" };
  const there = await parts.files.stat(target);
  if (there) {
    // What is not the same bytes is replaced, and no link goes in its place.
    if (there.size !== sizeBytes || file.sha256 === undefined) return { ...shown, state: "missing" };
    if (!prove) return { ...shown, state: "likely", from: { path: target, ways: [], refused: [] } };
    const { sha256 } = await parts.hasher.start({ path: target, git: false }, () => undefined, signal).result;
    return { ...shown, state: sha256 === file.sha256 ? "here" : "missing" };
  }
  const found = mayReuse(plan, file) ? await parts.reuse.find(wantedFile(plan, file), { prove }, signal) : undefined;
  if (!found || (found.proven && wayOf(plan, found.ways) === undefined)) return { ...shown, state: "missing" };
  const { ways, refused } = found;
  return { ...shown, state: found.proven ? "linkable" : "likely", from: { path: found.path, ways, refused } };
}

/** By what is queued or runs on the same volume, with the reserve. */
async function spokenFor({ files, book, reserve, disks }: Previewing, folder: string): Promise<number> {
  const volumeOf = createVolumes(files);
  const volume = await volumeOf(folder);
  let spoken: number = reserve;
  for (const item of book.inOrder()) {
    if ((item.state !== "queued" && item.state !== "running") || item.plan.provider === "ollama") continue;
    const { plan } = item;
    // One whose disk does not answer is not on this one, which did.
    const place = await disks.ask(plan.root, () => volumeOf(plan.folder)).catch(() => undefined);
    if (place === volume) spoken += bytesMissing(item);
  }
  return spoken;
}
