import type { MetadataFound } from "../protocol/metadata.ts";
import type { Registry } from "../registry/registry.ts";
import { parseJson } from "../stores/parse-json.ts";
import { isRecord } from "../registry/fields.ts";
import { troubleOf } from "../present/trouble.ts";
import { type Fault, isFault } from "../util/faults.ts";
import { bytes } from "../util/ids.ts";
import { besideOf } from "./beside.ts";
import type { Discovery } from "./discovery.ts";
import { fetchEdits } from "./edits.ts";
import type { Written } from "./fetched.ts";
import type { KeptPicture, PictureKeeping } from "./keep-picture.ts";
import type { Target } from "./targets.ts";
import { isAsWritten, writeFiles } from "./write-files.ts";

export interface ApplyParts extends PictureKeeping {
  readonly registry: Pick<Registry, "commit">;
}

interface Wanted {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** Where the pieces of one discovery go. */
interface Layout {
  readonly files: readonly Wanted[];
  readonly preview: { readonly path: string; readonly thumbnail: string } | undefined;
}

const LARGEST_SIDECAR = bytes(2 ** 20);

/** Files first, then the registry; where that refuses, the files are as they were. @throws FaultError */
export async function applyDiscovery(
  parts: ApplyParts,
  target: Target,
  found: Discovery,
  picture: KeptPicture | undefined,
  at: string,
  signal: AbortSignal,
): Promise<MetadataFound> {
  const { name } = target;
  const beside = await besideOf(target.path, parts.files);
  const apart = elsewhere(picture);
  const told = (code: Fault): Pick<MetadataFound, "reason"> => ({ reason: troubleOf(code) });
  const write = async (layout: Layout): Promise<MetadataFound> => {
    const writing = await writeFiles(parts, layout.files, signal);
    try {
      const kept = await stillThere(parts, target, writing.written);
      const { edits, fields } = fetchEdits(target, found, [...kept, ...writing.written], layout.preview, at);
      await parts.registry.commit(edits);
      const shown = writing.written.map(({ path }) => path).filter((path) => !path.startsWith(parts.storage));
      return { entry: name, from: found.from, page: found.page, fields, written: shown };
    } catch (error) {
      await writing.undo();
      throw error;
    }
  };
  if (beside.kind === "elsewhere") {
    const outcome = await write(apart);
    const reason = found.sidecar && beside.reason;
    return reason === undefined ? outcome : { ...outcome, ...told({ code: "readOnly", reason }) };
  }
  try {
    return await write(await besides(parts, target, found, picture, beside.stem));
  } catch (error) {
    // A folder that takes no file of ours: what we keep ourselves is still worth having.
    if (!isFault(error, "fileUnreadable") || error.fault.path.startsWith(parts.storage)) throw error;
    return { ...(await write(apart)), ...told(error.fault) };
  }
}

const elsewhere = (picture: KeptPicture | undefined): Layout =>
  picture
    ? {
        files: [picture.thumbnail, { path: picture.path, content: picture.content }],
        preview: { path: picture.path, thumbnail: picture.thumbnail.path },
      }
    : { files: [], preview: undefined };

async function besides(
  parts: ApplyParts,
  target: Target,
  found: Discovery,
  picture: KeptPicture | undefined,
  stem: string,
): Promise<Layout> {
  const { files } = parts;
  // As we left it: what differs is a person's, or another program's.
  const isOurs = async (path: string): Promise<boolean> => {
    const one = target.fetched?.written.find((written) => written.path === path);
    return one !== undefined && (await isAsWritten(files, one));
  };
  const wanted: Wanted[] = [];
  const sidecar = found.sidecar && (await sidecarText(parts, `${stem}.civitai.info`, found.sidecar, isOurs));
  if (sidecar) wanted.push(sidecar);
  if (!picture) return { files: wanted, preview: undefined };
  const path = `${stem}.preview.${picture.ending}`;
  const taken = !(await isOurs(path)) && (await files.stat(path)) !== undefined;
  const preview = { path: taken ? picture.path : path, thumbnail: picture.thumbnail.path };
  wanted.push(picture.thumbnail, { path: preview.path, content: picture.content });
  return { files: wanted, preview };
}

/** Another program's file stays as it is; in ours, what another program added stays. */
async function sidecarText(
  { files }: ApplyParts,
  path: string,
  said: Readonly<Record<string, unknown>>,
  isOurs: (path: string) => Promise<boolean>,
): Promise<Wanted | undefined> {
  const before = await files.readText(path, LARGEST_SIDECAR);
  const known = before === undefined ? undefined : parseJson(before);
  // The mark tells ours after a death between the file and the registry too.
  const isMarked = isRecord(known) && "modelDeck" in known;
  if (before !== undefined && !isMarked && !(await isOurs(path))) return undefined;
  const fields = { ...(isRecord(known) ? known : {}), ...said, modelDeck: { version: 1 } };
  return { path, content: `${JSON.stringify(fields, undefined, 2)}\n` };
}

/** Files of an earlier fetch that this one did not touch. */
async function stillThere(
  { files }: ApplyParts,
  { fetched }: Target,
  written: readonly { readonly path: string }[],
): Promise<readonly Written[]> {
  const now = new Set(written.map(({ path }) => path));
  const kept: Written[] = [];
  for (const one of fetched?.written ?? []) if (!now.has(one.path) && (await isAsWritten(files, one))) kept.push(one);
  return kept;
}
