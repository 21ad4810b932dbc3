import { readFileName } from "../../identify/file-name.ts";
import { type Sha256, parseSha256 } from "../../util/ids.ts";
import { plainName } from "../plain-name.ts";
import { pickleWarning } from "../pickle.ts";
import type { CivitaiFile, CivitaiVersion } from "./version.ts";

/** A file of a version, in our words. */
export interface FileFacts {
  readonly file: CivitaiFile;
  /** One name without folders, of no other file of the version. */
  readonly path: string;
  readonly sha256: Sha256 | undefined;
  readonly format: string | undefined;
  readonly quantization: string | undefined;
  /** `pruned`, `VAE`, …; undefined where it is the model as such. */
  readonly variant: string | undefined;
  /** What tells it from its siblings, for a label. */
  readonly words: string;
  readonly isConfiguration: boolean;
  readonly optional: boolean;
  readonly warning: string | undefined;
}

/** Civitai's names of formats; others are told by the file's name. */
const FORMATS: ReadonlyMap<string, string> = new Map([
  ["SafeTensor", "safetensors"],
  ["PickleTensor", "pytorch"],
  ["GGUF", "gguf"],
  ["ONNX", "onnx"],
]);

/** More are no model of any use. */
const MOST = 50;

/** The primary one first, then as its makers put them. */
export function filesOf({ files, id }: CivitaiVersion): readonly FileFacts[] {
  const taken = new Set<string>();
  return files
    .toSorted((a, b) => Number(b.primary === true) - Number(a.primary === true))
    .slice(0, MOST)
    .map((file) => factsOf(file, pathOf(file, id, taken)));
}

function factsOf(file: CivitaiFile, path: string): FileFacts {
  const named = readFileName(path);
  const format = named.format ?? FORMATS.get(file.metadata?.format ?? "");
  const digest = file.hashes?.["SHA256"];
  const quantization = named.quantization ?? file.metadata?.fp?.toUpperCase().slice(0, 20);
  const type = file.type ?? "Model";
  const size = file.metadata?.size;
  const variant = [type === "Model" || type === "Pruned Model" ? "" : type, size === "pruned" ? "pruned" : ""]
    .filter((part) => part !== "")
    .join(" ");
  return {
    file,
    path,
    sha256: typeof digest === "string" ? parseSha256(digest) : undefined,
    format,
    quantization,
    variant: variant === "" ? undefined : variant,
    words: [format ?? path, quantization ?? "", variant].filter((part) => part !== "").join(" "),
    isConfiguration: type === "Config" || named.role === "support" || /\.ya?ml$/i.test(path),
    optional: type === "Training Data" || named.role === "document",
    warning: pickleWarning(format, { pickle: file.pickleScanResult, virus: file.virusScanResult }),
  };
}

function pathOf({ name = "", id }: CivitaiFile, version: number, taken: Set<string>): string {
  const plain = plainName(name) || `${id ?? version}.bin`;
  const dot = plain.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [plain.slice(0, dot), plain.slice(dot)] : [plain, ""];
  let path = plain;
  for (let count = 2; taken.has(path.toLowerCase()); count++) path = `${stem} (${count})${ending}`;
  taken.add(path.toLowerCase());
  return path;
}
