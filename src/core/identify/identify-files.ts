import type { Files } from "../ports/files.ts";
import type { Scanner } from "../ports/scanner.ts";
import { bytes } from "../util/ids.ts";
import { readFileName } from "./file-name.ts";
import { type Identified, type ModelText, modelTexts } from "./head.ts";
import { identifyModel } from "./identify-model.ts";

export interface IdentifyDeps {
  readonly scanner: Pick<Scanner, "heads">;
  readonly files: Pick<Files, "readText">;
}

/** One model as its files lie on the disk; paths are absolute. */
export interface LyingFiles {
  /** In the order of the parts; at least one. */
  readonly weights: readonly string[];
  readonly others: readonly string[];
  readonly sizeBytes: number;
}

const LARGEST_TEXT = bytes(16 * 2 ** 20);

/** What the files of one model say, the headers read in the scanner's thread. What cannot be read is left out. */
export async function identifyFiles(
  { scanner, files }: IdentifyDeps,
  { weights, others, sizeBytes }: LyingFiles,
  signal: AbortSignal,
): Promise<Identified> {
  const projector = others.find((path) => readFileName(path).role === "projector");
  const heads = await scanner.heads([...weights, ...(projector === undefined ? [] : [projector])], signal);
  const [first = ""] = weights;
  const folder = first.slice(0, first.lastIndexOf("/") + 1);
  const texts: Partial<Record<ModelText, string>> = {};
  for (const name of modelTexts) {
    if (!others.includes(folder + name)) continue;
    const text = await files.readText(folder + name, LARGEST_TEXT).catch(() => undefined);
    signal.throwIfAborted();
    if (text !== undefined) texts[name] = text;
  }
  const projectorHead = projector === undefined ? undefined : heads.get(projector);
  return identifyModel({
    path: first,
    heads: weights.flatMap((path) => heads.get(path) ?? []),
    ...(projectorHead && { projector: projectorHead }),
    texts,
    beside: others.map((path) => (path.startsWith(folder) ? path.slice(folder.length) : path)),
    sizeBytes,
  });
}
