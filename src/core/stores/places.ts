import type { Files } from "../ports/files.ts";
import type { Settings } from "../settings.ts";
import { bytes } from "../util/ids.ts";
import { parseJson } from "./parse-json.ts";
import { namedInvokeRoot } from "./invokeai-named.ts";
import { findOllamaStore } from "./ollama.ts";
import { slashed } from "./slashed.ts";
import type { StoreKind } from "./found.ts";

/** What says where programs keep their models. */
export interface StoreWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; undefined where there is none. */
  readonly home: string | undefined;
  readonly settings: Pick<Settings, "locations" | "ollama" | "invokeai" | "comfyui" | "lmstudio">;
}

type PlaceFiles = Pick<Files, "stat" | "list" | "readText">;

/** The roots of a store that are there, each once: of the settings' locations first, then where its program keeps it. */
export async function storePlaces(kind: StoreKind, world: StoreWorld, files: PlaceFiles): Promise<readonly string[]> {
  const candidates = [...ofLocations(kind, world), ...(await ownPlaces(kind, world, files))].map(slashed);
  const there: string[] = [];
  for (const root of new Set(candidates))
    if ((await files.stat(root).catch(() => undefined))?.kind === "folder") there.push(root);
  return there;
}

const LAYOUTS: Readonly<Record<StoreKind, readonly string[]>> = {
  folder: ["owner-repo", "flat"],
  huggingface: ["hf-cache"],
  lmstudio: ["lm-studio"],
  comfyui: ["comfyui"],
  ollama: [],
  invokeai: [],
};

const ofLocations = (kind: StoreKind, { settings }: StoreWorld): readonly string[] =>
  settings.locations.filter(({ layout }) => LAYOUTS[kind].includes(layout)).map(({ path }) => path);

async function ownPlaces(
  kind: StoreKind,
  { env, home, settings }: StoreWorld,
  files: PlaceFiles,
): Promise<readonly string[]> {
  switch (kind) {
    case "huggingface":
      return huggingFacePlaces(env, home);
    case "invokeai": {
      const named = namedInvokeRoot(settings.invokeai);
      return named === undefined ? invokeAiPlaces(env, home) : [named];
    }
    case "lmstudio":
      if (settings.lmstudio.root !== undefined) return [await ownModels(slashed(settings.lmstudio.root), files)];
      return home === undefined ? [] : [await lmStudioModels(slashed(home), files)];
    case "ollama": {
      const places = { setting: settings.ollama.models, variable: env["OLLAMA_MODELS"], home };
      const root = await findOllamaStore(files, places).catch(() => undefined);
      return root === undefined ? [] : [root];
    }
    case "comfyui":
      return settings.comfyui.root === undefined ? [] : [settings.comfyui.root];
    case "folder":
      return [];
  }
}

type Env = StoreWorld["env"];

/** The one place the tools of Hugging Face agree on; none where nothing says it. */
export function huggingFacePlaces(env: Env, home: string | undefined): readonly string[] {
  const named = (name: string, below = ""): string | undefined => {
    const value = env[name];
    return value === undefined || value === "" ? undefined : `${atHome(slashed(value), home)}${below}`;
  };
  const place =
    named("HF_HUB_CACHE") ??
    named("HUGGINGFACE_HUB_CACHE") ??
    named("HF_HOME", "/hub") ??
    named("XDG_CACHE_HOME", "/huggingface/hub") ??
    (home === undefined ? undefined : `${slashed(home)}/.cache/huggingface/hub`);
  return place === undefined ? [] : [place];
}

export function invokeAiPlaces(env: Env, home: string | undefined): readonly string[] {
  const root = env["INVOKEAI_ROOT"];
  if (root !== undefined && root !== "") return [atHome(slashed(root), home)];
  return home === undefined ? [] : [`${slashed(home)}/invokeai`];
}

const LARGEST = bytes(2 ** 20);

/** A person may name the folder of the models, or the one they lie in. */
const ownModels = async (root: string, files: PlaceFiles): Promise<string> =>
  (await files.stat(`${root}/models`).catch(() => undefined))?.kind === "folder" ? `${root}/models` : root;

/** Its home is where a pointer says, else where older versions had it, else `~/.lmstudio`; its settings say the folder. */
async function lmStudioModels(home: string, files: PlaceFiles): Promise<string> {
  const text = (path: string): Promise<string | undefined> => files.readText(path, LARGEST).catch(() => undefined);
  const pointer = (await text(`${home}/.lmstudio-home-pointer`))?.trim();
  const older = `${home}/.cache/lm-studio`;
  const isOlder = (await files.stat(older).catch(() => undefined))?.kind === "folder";
  const own = pointer ? slashed(pointer) : isOlder ? older : `${home}/.lmstudio`;
  const settings = parseJson((await text(`${own}/settings.json`)) ?? "");
  const folder =
    typeof settings === "object" && settings !== null && "downloadsFolder" in settings ? settings.downloadsFolder : "";
  return typeof folder === "string" && folder !== "" ? atHome(slashed(folder), home) : `${own}/models`;
}

const atHome = (path: string, home: string | undefined): string =>
  home !== undefined && /^~(?=\/|$)/.test(path) ? `${slashed(home)}${path.slice(1)}` : path;
