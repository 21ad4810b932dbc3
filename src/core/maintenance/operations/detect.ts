import { readFileName } from "../../identify/file-name.ts";
import { identifyModel } from "../../identify/identify-model.ts";
import type { Row } from "../../ports/database.ts";
import { number, text } from "../../registry/columns.ts";
import type { NewEntry } from "../../registry/new-entry.ts";
import type { Survey, SurveyRows } from "../plan.ts";

/** The files of an entry whose headers tell what it is: its weights in the order of their parts, then its projector. */
export interface Telling {
  readonly weights: readonly string[];
  readonly projector: string | undefined;
}

/** @param files rows of the entry */
export function tellingFiles({ disk }: Pick<SurveyRows, "disk">, path: string, files: readonly Row[]): Telling {
  const paths = files.map((row) => text(row, "path") ?? "").toSorted();
  const there = paths.filter((one) => disk.get(one)?.kind === "file" || disk.get(one)?.kind === "link");
  const weights = there.filter((one) => readFileName(one).role === "weights");
  const kind = disk.get(path)?.kind;
  const isFile = kind === "file" || kind === "link";
  return {
    // A blob's name tells nothing, and its entry has it as its path.
    weights: weights.length > 0 && (!isFile || weights.includes(path)) ? weights : isFile ? [path] : [],
    projector: there.find((one) => readFileName(one).role === "projector"),
  };
}

/** What headers and names say of an entry; undefined where there is nothing to tell by. */
export function detected(
  { heads, disk }: Survey,
  row: Row,
  { weights, projector }: Telling,
): Pick<NewEntry, "format" | "quantization" | "shape" | "characteristics"> | undefined {
  const [first] = weights;
  if (first === undefined) return undefined;
  const read = weights.map((path) => heads?.get(path)).filter((head) => head !== undefined);
  const wasRead = read.length > 0;
  const known = read.filter(({ kind }) => kind !== "unknown");
  const side = projector === undefined ? undefined : heads?.get(projector);
  // Some of several parts would tell half of it.
  const whole = known.length === weights.length ? known : [];
  const identified = identifyModel({
    path: first,
    heads: whole,
    ...(side && { projector: side }),
    texts: {},
    beside: [],
    sizeBytes: weights.reduce((sum, path) => sum + sizeAt(disk, path), 0),
  });
  const { format, quantization, shape, characteristics } = identified;
  const [was, named] = [text(row, "format"), format ?? (!wasRead ? readFileName(first).format : undefined)];
  // A header that was read and is none of that format outweighs the name. A GGUF file says all of itself; of others a configuration knows better, which was not looked at.
  const isSure = whole[0]?.format === "gguf" || (was === "gguf" && whole[0] !== undefined);
  const told = isSure ? (named ?? was) : (was ?? named);
  const quant = isSure ? quantization : (text(row, "quantization") ?? quantization);
  return {
    ...(told !== undefined && { format: told }),
    ...(quant !== undefined && { quantization: quant.toLowerCase() }),
    ...(shape && { shape }),
    // What a configuration beside it says was not looked at.
    characteristics: characteristics.filter(({ source }) => source === "gguf" || source === "safetensors"),
  };
}

function sizeAt(disk: Survey["disk"], path: string): number {
  const facts = disk.get(path);
  const end = facts?.kind === "link" ? disk.get(facts.real) : facts;
  return end?.kind === "file" ? end.seen.size : 0;
}

/** The files of an entry as the disk has them now; those that are not there are left out. */
export const filesNow = ({ disk }: Pick<Survey, "disk">, rows: readonly Row[]): NewEntry["files"] =>
  rows.flatMap((row) => {
    const path = text(row, "path") ?? "";
    const facts = disk.get(path);
    const end = facts?.kind === "link" ? disk.get(facts.real) : facts;
    if (end?.kind !== "file") return [];
    const { size, modified, identity } = end.seen;
    const isSame = size === number(row, "size_bytes");
    const [sha256, gitSha1] = [text(row, "sha256"), text(row, "git_sha1")];
    return [
      {
        path,
        sizeBytes: size,
        modified,
        identity,
        proof: "unverified" as const,
        ...(isSame && sha256 !== undefined && { sha256 }),
        ...(isSame && gitSha1 !== undefined && { gitSha1 }),
      },
    ];
  });
