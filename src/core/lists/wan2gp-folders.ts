import { folderOf, isAbsolute } from "../downloads/safe-path.ts";
import type { Files } from "../ports/files.ts";
import { bytes } from "../util/ids.ts";
import { isRecord } from "./read-definition.ts";

/** Where a Wan2GP installation keeps what; all absolute. */
export interface Folders {
  readonly root: string;
  /** Where models are looked for, in that order; new ones go to the first. */
  readonly checkpoints: readonly string[];
  readonly lorasRoot: string;
  /** The folders of LoRAs that are there. */
  readonly loraFolders: readonly string[];
}

const CONFIG_LIMIT = bytes(2 ** 20);

/** As `wgp_config.json` says, or as it is where there is none. */
export async function readFolders(files: Pick<Files, "readText" | "list">, root: string): Promise<Folders> {
  const text = await files.readText(joined(root, "wgp_config.json"), CONFIG_LIMIT).catch(() => undefined);
  const config = text === undefined ? {} : parseRecord(text);
  const named = config["checkpoints_paths"];
  const paths = Array.isArray(named)
    ? named.slice(0, 20).filter((one): one is string => typeof one === "string" && one.trim() !== "")
    : [];
  const checkpoints = (paths.length > 0 ? paths : ["ckpts", "."]).map((one) => against(root, one.trim()));
  const loras = config["loras_root"];
  const lorasRoot = against(root, typeof loras === "string" && loras.trim() !== "" ? loras.trim() : "loras");
  const items = (await files.list(lorasRoot).catch(() => undefined)) ?? [];
  const loraFolders = items.filter(({ kind }) => kind === "folder" || kind === "link").map(({ name }) => name);
  return { root, checkpoints, lorasRoot, loraFolders: loraFolders.sort().map((name) => joined(lorasRoot, name)) };
}

/** As the program's handlers say; the first that fits. */
const LORA_FOLDERS: readonly (readonly [RegExp, string])[] = [
  [/^ti2v_2_2/, "wan_5B"],
  [/1\.3B/, "wan_1.3B"],
  [/^(?:i2v|flf2v|fun_inp|fantasy|multitalk|infinitetalk|animate|chrono_edit|steadydancer|wanmove|scail)/, "wan_i2v"],
  [/^(?:t2v|vace|wan|phantom|recam|lucy|bernini)/, "wan"],
  [/^hunyuan_1_5/, "hunyuan_1_5"],
  [/^hunyuan.*i2v/, "hunyuan_i2v"],
  [/^hunyuan/, "hunyuan"],
  [/^ltx2/, "ltx2"],
  [/^ltxv/, "ltxv"],
  [/^qwen_image/, "qwen"],
  [/^flux2_klein_4b/, "flux2_klein_4b"],
  [/^flux2_klein_9b/, "flux2_klein_9b"],
  [/^flux2/, "flux2"],
  [/^flux/, "flux"],
  [/^z_image/, "z_image"],
  [/^krea2/, "krea2"],
  [/^hidream/, "hidream_o1"],
];

/** A folder that is not there is a guess: the program's code names it, and no file of it. */
export function loraFolder(
  { lorasRoot, loraFolders }: Folders,
  architecture: string,
): { readonly folder: string; readonly guessed: boolean } {
  const name = LORA_FOLDERS.find(([pattern]) => pattern.test(architecture))?.[1];
  const folder = name === undefined ? lorasRoot : joined(lorasRoot, name);
  return { folder, guessed: !loraFolders.includes(folder) };
}

/** The installation a list file belongs to: `defaults` and `finetunes` lie in its root. */
export const rootOf = (listFile: string): string => {
  const folder = folderOf(listFile);
  return /[\\/](?:defaults|finetunes)$/.test(folder) ? folderOf(folder) : folder;
};

const separatorOf = (root: string): "/" | "\\" => (/^[a-z]:\\|^\\\\/i.test(root) ? "\\" : "/");

/** @param tail with slashes */
export const joined = (folder: string, tail: string): string =>
  [folder.replace(/(?<=.)[\\/]+$/, ""), ...tail.split("/").filter((part) => part !== "" && part !== ".")]
    .join(separatorOf(folder))
    .replace(/^\/\//, "/");

/** A path of the configuration, which may be absolute or go up. */
function against(root: string, given: string): string {
  if (isAbsolute(given)) return given.replace(/(?<=.)[\\/]+$/, "");
  let folder = root.replace(/(?<=.)[\\/]+$/, "");
  for (const part of given.replaceAll("\\", "/").split("/")) {
    if (part === "..") folder = folderOf(folder);
    else if (part !== "" && part !== ".") folder = joined(folder, part);
  }
  return folder;
}

function parseRecord(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? json : {};
  } catch {
    return {};
  }
}
