import { readFileName } from "../../identify/file-name.ts";
import { type ExtraFolder, parseExtraPaths } from "../../stores/comfyui-paths.ts";
import { fault } from "../../util/faults.ts";
import { bytes } from "../../util/ids.ts";
import { folderOf, refusePath, safeJoin } from "../safe-path.ts";
import { badArguments } from "../select-files.ts";
import { comfyFolders, comfyTypeOf } from "./comfyui-type.ts";
import { type Laid, type LaidFile, type Laying, type LayoutPorts, isFolder, lastName, nameBelow } from "./laid.ts";

const LARGEST_YAML = bytes(2 ** 20);
/** Older names of the same types, which ComfyUI reads as well. */
const OLDER: ReadonlyMap<string, string> = new Map([
  ["diffusion_models", "unet"],
  ["text_encoders", "clip"],
]);

/**
 * One folder for each type of file below `models/`, or one that a file of extra paths names; `subfolder` names it where a
 * person knows better. A model of many parts, or of many folders, has a folder of its own in there; a single file comes
 * without what other programs want beside it.
 */
export async function layInComfyUi({ files }: LayoutPorts, laying: Laying): Promise<Laid> {
  const { place, analysis, selected, subfolder, named } = laying;
  const models = (await isFolder(files, `${place.root}/models`)) ? safeJoin(place.root, "models") : place.root;
  const extra = await extraFolders({ files }, laying);
  const present = ((await files.list(models).catch(() => undefined)) ?? [])
    .filter(({ kind }) => kind === "folder" || kind === "link")
    .map(({ name }) => name);
  const types = [...new Set([...present, ...comfyFolders, ...extra.map(({ type }) => type)])].toSorted();
  const weights = selected.paths.filter((path) => readFileName(path).role === "weights");
  const isPipeline = selected.paths.some((path) => lastName(path) === "model_index.json");
  const isWhole = isPipeline || weights.length > 1;
  const placed = isWhole || named || weights.length === 0 ? selected.paths : weights;

  /** Absolute, of the type; and what lies above all that goes into it. */
  const folderFor = async (type: string): Promise<readonly [folder: string, root: string]> => {
    const [first = "", ...deeper] = type.split("/");
    const candidates = [first, OLDER.get(first)].flatMap((name) => (name === undefined ? [] : [name]));
    const rest = (folder: string): string => (deeper.length === 0 ? folder : safeJoin(folder, deeper.join("/")));
    const own = candidates.find((name) => present.includes(name));
    if (own !== undefined) return [rest(safeJoin(models, own)), place.root];
    const other = extra.find((one) => candidates.includes(one.type));
    if (other !== undefined) return [rest(other.path), other.path];
    return [rest(safeJoin(models, first)), place.root];
  };
  const typeOf = (path: string): string => {
    if (subfolder !== undefined && subfolder !== "") return wanted(subfolder, types);
    const type = isPipeline ? "diffusers" : comfyTypeOf(path, analysis);
    if (type === undefined) throw unclear(path, types);
    return type;
  };

  const [above, root] = await folderFor(typeOf(weights[0] ?? placed[0] ?? ""));
  const folder = isWhole ? safeJoin(above, ownWord(laying)) : above;
  const names = new Map(
    placed.map((path): [string, LaidFile] => [path, { target: nameBelow(folder, isWhole ? path : lastName(path)) }]),
  );
  return { root, folder, names };
}

function ownWord({ analysis: { repository, title } }: Laying): string {
  const word = lastName(title ?? repository).replaceAll(/[^\w.-]+/g, "-");
  return refusePath(word) === undefined ? word : "model";
}

async function extraFolders(
  { files }: Pick<LayoutPorts, "files">,
  { place, extraPaths = [] }: Laying,
): Promise<readonly ExtraFolder[]> {
  const found: ExtraFolder[] = [];
  for (const file of [`${place.root}/extra_model_paths.yaml`, ...extraPaths]) {
    const text = await files.readText(file, LARGEST_YAML).catch(() => undefined);
    for (const one of text === undefined ? [] : parseExtraPaths(text, folderOf(file)).folders)
      if (await isFolder(files, one.path)) found.push(one);
  }
  return found;
}

function wanted(subfolder: string, types: readonly string[]): string {
  const refused = refusePath(subfolder);
  const first = subfolder.split("/")[0] ?? "";
  if (refused === undefined && types.includes(first)) return subfolder;
  throw fault(badArguments("subfolder", refused ?? `ComfyUI reads no folder “${first}”; there is ${types.join(", ")}`));
}

const unclear = (path: string, types: readonly string[]): Error =>
  fault(
    badArguments(
      "subfolder",
      `nothing tells which folder of ComfyUI “${lastName(path).slice(0, 80)}” belongs into; say one of ${types.join(", ")}`,
    ),
  );
