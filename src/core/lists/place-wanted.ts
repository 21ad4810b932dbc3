import { refusePath } from "../downloads/safe-path.ts";
import type { WantedFile, WantedPurpose } from "../protocol/lists.ts";
import { type Folders, joined, loraFolder } from "./wan2gp-folders.ts";

/** A wanted file before anything was looked at. */
export type Placed = Omit<WantedFile, "id" | "state" | "proof" | "sizeBytes" | "sha256" | "from" | "wrongBytes"> & {
  /** Absolute, in the order the program looks there. */
  readonly candidates: readonly string[];
};

/**
 * Where a name of a list goes: `<address>|<folder>` into that folder of the checkpoints, LoRAs into the folder of their
 * architecture, all else by its last name into the first folder of checkpoints. A name without an address is a file that
 * is there already, or nothing brings it.
 * @returns a string: why it cannot be used
 */
export function placeWanted(
  folders: Folders,
  wanted: { readonly name: string; readonly key: string; readonly architecture: string },
): Placed | string {
  const { key, architecture } = wanted;
  const [given = "", inside, ...more] = wanted.name.split("|");
  if (more.length > 0) return "One of its addresses names two folders.";
  const isAddress = /^https?:\/\//i.test(given);
  if (isAddress && !URL.canParse(given)) return `“${given.slice(0, 100)}” is no address.`;
  const name = isAddress ? lastName(new URL(given).pathname) : lastName(given);
  const refused = refusePath(name);
  if (refused !== undefined) return `“${name.slice(0, 100)}” cannot be the name of a file: ${refused}.`;
  const toLoras = key === "loras" || inside === "%lora_dir";
  const sub = toLoras ? "" : isAddress ? (inside ?? "") : folderIn(given);
  const unsafe = sub === "" ? undefined : refusePath(sub);
  if (unsafe !== undefined) return `“${sub.slice(0, 100)}” cannot be a folder of it: ${unsafe}.`;
  const part = partOf(key, name);
  const variant = variantOf(name);
  const about = { name, purpose: purposeOf(key), key, ...(part && { part }), ...(variant && { variant }) };
  const url = isAddress ? { url: given } : {};
  if (toLoras) {
    const lora = loraFolder(folders, architecture);
    const target = joined(lora.folder, name);
    return {
      ...about,
      ...url,
      target,
      ...(lora.guessed && { targetGuessed: true }),
      candidates: [target, ...folders.loraFolders.map((folder) => joined(folder, name))],
    };
  }
  // A file of this machine may be named from the program's folder on, as `ckpts/x.safetensors`.
  const tail = sub === "" ? name : `${sub}/${name}`;
  const candidates = folders.checkpoints.map((folder) => joined(folder, tail));
  const own = isAddress ? [] : [joined(folders.root, tail)];
  const target = candidates[0] ?? joined(folders.root, tail);
  return { ...about, ...url, target, candidates: [...candidates, ...own] };
}

const PURPOSES: Readonly<Record<string, WantedPurpose>> = {
  modules: "module",
  text_encoder_URLs: "textEncoder",
  VAE_URLs: "vae",
  VAE_URL: "vae",
  preload_URLs: "preload",
  loras: "lora",
};

const purposeOf = (key: string): WantedPurpose =>
  PURPOSES[key] ?? (/^(?:URLs\d*|source\d*|module_source\d*)$/.test(key) ? "weights" : "other");

/** By the key where there are two, and only where the name does not say otherwise. */
function partOf(key: string, name: string): "high" | "low" | undefined {
  const said = /(?:^|[^a-z])(high|low)(?:[^a-z]|$)|(HIGH|LOW)(?=[^a-z]|$)/i.exec(name);
  const word = (said?.[1] ?? said?.[2])?.toLowerCase();
  if (word === "high" || word === "low") return word;
  return key === "URLs2" || key === "source2" ? "low" : undefined;
}

/** Of a pair both are wanted: what stands beside the one for low noise is for high noise. */
export function withPairs(files: readonly Placed[]): readonly Placed[] {
  const keys = new Set(files.map(({ key }) => key));
  const isPaired = ({ key, part }: Placed): boolean =>
    part === undefined && ((key === "URLs" && keys.has("URLs2")) || (key === "source" && keys.has("source2")));
  return files.map((file) => (isPaired(file) ? { ...file, part: "high" } : file));
}

const KINDS = ["quanto", "nvfp4", "nf4", "fp4", "fp8", "int8", "int4", "bf16", "fp16", "fp32"];

/** The words of the name by which the program itself chooses; its own `mbf16` is mostly bf16. */
function variantOf(name: string): string | undefined {
  const lower = name.toLowerCase();
  const words = KINDS.filter((kind) => lower.includes(kind));
  const gguf = /[-_.](i?q\d+(?:_[a-z0-9]+)*|f16|f32)\.gguf$/i.exec(name)?.[1];
  if (gguf !== undefined) words.unshift(gguf.toUpperCase());
  return words.length > 0 ? words.join(" ") : undefined;
}

const lastName = (path: string): string => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);

/** The folders before the last name, with slashes; the first folder of checkpoints is the program's own word for it. */
const folderIn = (path: string): string =>
  path
    .replaceAll("\\", "/")
    .replace(/^\.\//, "")
    .split("/")
    .slice(0, -1)
    .join("/")
    .replace(/^ckpts(?:\/|$)/, "");
