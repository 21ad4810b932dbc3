import type { ScanAsk } from "../ports/scanner.ts";
import type { StoreSight } from "../ports/store-disk.ts";
import { type ExtraFolder, parseExtraPaths } from "./comfyui-paths.ts";
import type { FolderContext } from "./folder-context.ts";
import { foldersIn } from "./folders-in.ts";
import { modelsBelow, modelsInFolder } from "./model-folder.ts";
import { factsOfWord, modelWord } from "./model-words.ts";
import { orTrouble, unlessBroken } from "./problem-of.ts";
import type { Found } from "./store-reader.ts";

const LARGEST_YAML = 2 ** 20;
/** ComfyUI itself goes as deep as folders go; a circle of links ends here at the latest. */
const DEEPEST = 12;
/** Hold no models, though they lie beside those that do. */
const NO_TYPES: ReadonlySet<string> = new Set(["configs", "custom_nodes"]);
/** Folders of repositories for nodes that run language models: these are not for ComfyUI alone. */
const LANGUAGE: ReadonlySet<string> = new Set(["llm", "llms", "llm_gguf", "llava", "prompt_generator"]);

/** The folders of `models/`, one for each type, and those that files of extra paths name. */
export function* readComfyUi(ask: ScanAsk, sight: StoreSight): Found {
  const { disk } = sight;
  const models = disk.stat(`${ask.root}/models`)?.kind === "folder" ? `${ask.root}/models` : ask.root;
  const own = foldersIn(models, sight).map((type) => ({ type, path: `${models}/${type}` }));
  // A link back to all types is no folder of one of them.
  const seen = new Set([disk.real(models) ?? models]);
  for (const { type, path } of [...own, ...extraFolders(ask, sight)]) {
    if (NO_TYPES.has(type.toLowerCase())) continue;
    yield* unlessBroken(path, sight, () => typeModels(ask, type, path, seen, sight));
    yield undefined;
  }
}

function extraFolders(ask: ScanAsk, sight: StoreSight): readonly ExtraFolder[] {
  const { disk, trouble } = sight;
  return [`${ask.root}/extra_model_paths.yaml`, ...(ask.extraPaths ?? [])].flatMap((file, index) => {
    const text = orTrouble(file, sight, "", () => disk.text(file, LARGEST_YAML));
    if (text === undefined && index > 0) trouble(file, "It is not there. Take it out of the settings, or put it back.");
    const { folders, problems } = parseExtraPaths(text ?? "", file.slice(0, file.lastIndexOf("/")));
    for (const problem of problems) trouble(file, problem);
    return folders.filter(({ type, path }) => {
      const there = orTrouble(path, sight, true, () => disk.stat(path)?.kind === "folder");
      if (!there) trouble(file, `“${type}” names ${path}, which is no folder.`);
      return there;
    });
  });
}

function typeModels(ask: ScanAsk, type: string, folder: string, seen: Set<string>, sight: StoreSight): Found {
  const isLanguage = LANGUAGE.has(type.toLowerCase());
  const context: FolderContext = {
    store: "comfyui",
    root: ask.root,
    ...(isLanguage ? {} : { backend: "comfyui" as const, characteristics: factsOfWord(modelWord(type)) }),
    ...(ask.fallbackFormat !== undefined && { fallbackFormat: ask.fallbackFormat }),
  };
  return walk(folder, context, seen, sight, 0);
}

/** Sub-folders are for order only, but for those of a pipeline, which is one model. */
function* walk(folder: string, context: FolderContext, seen: Set<string>, sight: StoreSight, depth: number): Found {
  const { disk } = sight;
  const real = disk.real(folder);
  if (real === undefined || seen.has(real)) return;
  seen.add(real);
  const items = disk.list(folder) ?? [];
  if (items.some(({ name }) => name === "model_index.json")) {
    yield* modelsBelow(folder, { ...context, family: folder.slice(folder.lastIndexOf("/") + 1) }, sight);
    return;
  }
  yield* modelsInFolder(folder, items, context, sight);
  yield undefined;
  for (const name of depth < DEEPEST ? foldersIn(folder, sight) : []) {
    const below = `${folder}/${name}`;
    yield* unlessBroken(below, sight, () => walk(below, context, seen, sight, depth + 1));
  }
}
