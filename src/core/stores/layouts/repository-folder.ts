import { endsLikeWeights, readFileName, stemOf } from "../../identify/file-name.ts";
import { ggufQuantization, namedQuantization } from "../../identify/quantization.ts";
import type { StoreItem } from "../../ports/store-disk.ts";
import { plain } from "../companions.ts";

/** Folders by which people sort, rather than who made something. */
const SHELVES =
  /^(models?|checkpoints?|ckpts?|loras?|lycoris|vaes?|unets?|clips?|controlnets?|embeddings?|upscalers?|llms?|gguf|ggml|safetensors|diffus(ion|ers).*|stable-diffusion.*|text|image|video|audio|chat|vision|weights|downloads?|misc|other|new|old|tmp|temp|backup.*|archive|public|data|local)$/i;
const OWNER = /^[A-Za-z0-9](?:[\w.-]{0,94}[A-Za-z0-9])?$/;
const REPOSITORY = /^[\w.-]{1,96}$/;
/** What repositories of the hub bring beside weights. */
const SIGNS = new Set([".gitattributes", ".cache", "README.md", "config.json", "model_index.json", "tokenizer.json"]);
const CONFIGURATIONS = ["config.json", "params.json", "adapter_config.json", "model_index.json", "modules.json"];

export interface FolderNames {
  /** Repository tail, with `@branch`: the folder is one repository. Absent: its files go by their own names. */
  readonly family?: string;
  /** `owner/repo`, where it looks like one. */
  readonly repository?: string;
  /** The whole of what lies below is one repository's. */
  readonly whole: boolean;
}

/**
 * What a folder's name says of what lies in it.
 * @param inside names of the folders from below the root down to it; none: it is the root
 */
export function readFolderNames(inside: readonly string[], items: readonly StoreItem[]): FolderNames {
  const name = inside.at(-1) ?? "";
  const owner = inside.at(-2) ?? "";
  const [tail, branch] = splitBranch(name);
  const files = items.filter(({ kind }) => kind !== "folder").map((item) => item.name);
  const weights = files.filter(endsLikeWeights).flatMap((file) => {
    const facts = readFileName(file);
    return facts.role === "weights" ? [facts] : [];
  });
  const configured = CONFIGURATIONS.some((one) => files.includes(one));
  const shelves = items.some(({ name: one, kind }) => kind === "folder" && isQuantization(one));
  const looksOwned =
    inside.length === 2 && OWNER.test(owner) && REPOSITORY.test(tail) && !SHELVES.test(owner) && !SHELVES.test(tail);
  const namedAlike = weights.some(({ group, quantization }) => alike(stemOf(group, quantization), tail));
  if (inside.length === 0) return { whole: false };
  if (!configured && !shelves && !(looksOwned && weights.length > 0))
    return { whole: false, ...(namedAlike && { family: name }) };
  const signed = items.some((item) => SIGNS.has(item.name)) || namedAlike || shelves;
  return {
    family: branch === undefined ? tail : `${tail}@${branch}`,
    ...(looksOwned && signed && { repository: `${owner}/${tail}` }),
    whole: true,
  };
}

const splitBranch = (name: string): readonly [string, string?] => {
  const at = name.indexOf("@");
  return at <= 0 ? [name] : [name.slice(0, at), name.slice(at + 1)];
};

/** `Q4_K_M`, `BF16`: the parts of a large model lie in a folder of its quantization. */
function isQuantization(name: string): boolean {
  const found = ggufQuantization(name) ?? namedQuantization(name);
  return found !== undefined && plain(found) === plain(name.replace(/^UD-/i, "UD-"));
}

function alike(stem: string, tail: string): boolean {
  const [one, other] = [plain(stem), plain(tail.replace(/[-_.](gguf|ggml|mlx|safetensors)$/i, ""))];
  return one.length > 3 && other.length > 3 && (one.startsWith(other) || other.startsWith(one));
}
