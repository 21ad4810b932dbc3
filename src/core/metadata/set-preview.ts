import type { Registry } from "../registry/registry.ts";
import { flag, text } from "../registry/columns.ts";
import { fault, isFault } from "../util/faults.ts";
import { besideOf } from "./beside.ts";
import { previewEdits } from "./edits.ts";
import { ownPreviewOf } from "./fetched.ts";
import { type KeptPicture, type PictureKeeping, lookAtPicture } from "./keep-picture.ts";
import { readTarget } from "./targets.ts";
import { isAsWritten, writeFiles } from "./write-files.ts";

/** Bytes of a picture at most. */
const LARGEST = 32 * 2 ** 20;

/**
 * A copy beside the model under a name that is free; where nothing can be written there, in the data folder. The copy of
 * an earlier choice goes.
 * @throws FaultError `notFound` file, `formatInvalid`, `locked`
 */
export async function setPreview(
  parts: PictureKeeping & { readonly registry: Pick<Registry, "query" | "commit"> },
  name: string,
  source: string | null,
  signal: AbortSignal,
): Promise<void> {
  const { registry, files } = parts;
  const target = await readTarget(registry, name);
  const { shown } = target.layers;
  if (flag(shown, "locked")) throw fault({ code: "locked", what: text(shown, "display_name") ?? name, byPerson: true });
  const before = ownPreviewOf(shown);
  if (source === null) {
    await registry.commit(previewEdits(target, null));
  } else {
    const content = await parts.pictures.read(source, LARGEST, signal);
    if (!content) throw fault({ code: "notFound", what: "file", name: source });
    const picture = await lookAtPicture(parts, content, signal);
    const place = await freePlace(parts, target.path, picture);
    const writing = await writeCopy(parts, place, picture, signal);
    try {
      const [, copy] = writing.written;
      if (!copy) return;
      const chosen = { path: copy.path, thumbnail: picture.thumbnail.path, copy };
      await registry.commit(previewEdits(target, chosen));
      if (before?.path === copy.path) return;
    } catch (error) {
      await writing.undo();
      throw error;
    }
  }
  if (before && (await isAsWritten(files, before))) await files.remove(before.path);
}

async function freePlace({ files }: PictureKeeping, path: string | undefined, picture: KeptPicture): Promise<string> {
  const beside = await besideOf(path, files);
  if (beside.kind === "elsewhere") return picture.path;
  for (let number = 1; number < 100; number++) {
    const place = `${beside.stem}.preview${number === 1 ? "" : `-${number}`}.${picture.ending}`;
    if (!(await files.stat(place))) return place;
  }
  return picture.path;
}

async function writeCopy(parts: PictureKeeping, path: string, picture: KeptPicture, signal: AbortSignal) {
  const { thumbnail, content } = picture;
  try {
    return await writeFiles(parts, [thumbnail, { path, content }], signal);
  } catch (error) {
    if (path === picture.path || !isFault(error, "fileUnreadable")) throw error;
    return writeFiles(parts, [thumbnail, { path: picture.path, content }], signal);
  }
}
