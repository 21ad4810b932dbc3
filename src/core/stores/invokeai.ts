import { isAbsolute } from "../downloads/safe-path.ts";
import type { ScanAsk } from "../ports/scanner.ts";
import type { StoreSight } from "../ports/store-disk.ts";
import { isFault } from "../util/faults.ts";
import type { FolderContext } from "./folder-context.ts";
import type { FoundModel } from "./found.ts";
import { type InvokeFolders, readInvokeFolders } from "./invokeai-folders.ts";
import { type InvokeModel, readInvokeRow } from "./invokeai-rows.ts";
import { modelsBelow, modelsInFolder } from "./model-folder.ts";
import { factsOfWord, modelWord } from "./model-words.ts";
import { orTrouble, problemOf, unlessBroken } from "./problem-of.ts";
import type { Found } from "./store-reader.ts";

const LARGEST_YAML = 2 ** 20;

/** What InvokeAI has in its list, wherever it lies. */
export function* readInvokeAi(ask: ScanAsk, sight: StoreSight): Found {
  const { disk, trouble } = sight;
  const settings = `${ask.root}/invokeai.yaml`;
  const told = readInvokeFolders(
    ask.root,
    orTrouble(settings, sight, "", () => disk.text(settings, LARGEST_YAML) ?? ""),
  );
  const folders = { database: ask.database ?? told.database, models: ask.models ?? told.models };
  if (orTrouble(folders.database, sight, undefined, () => disk.stat(folders.database)) === undefined) {
    trouble(
      folders.database,
      "InvokeAI's list of models is not there. Choose the folder that InvokeAI was installed into.",
    );
    return;
  }
  for (const row of rowsOf(folders.database, sight)) {
    const model = readInvokeRow(row);
    const name = String(row["name"] ?? row["id"] ?? "?");
    if (model === undefined) trouble(folders.database, `The row “${name}” is of a form that is not known.`);
    else if (model !== "remote")
      yield* unlessBroken(folders.database, sight, () => filesOf(ask, model, folders, sight));
    yield undefined;
  }
}

/** Of all versions: `models` since 4.0, `model_config` before. Columns come and go, the configuration in JSON stays. */
const TABLES = ["models", "model_config"];
/** What rows said in columns before it was in JSON alone. Generated columns fail for a row that is damaged. */
const COLUMNS = ["id", "config", "base", "type", "name", "path", "original_hash"];

function rowsOf(
  database: string,
  { databases, trouble }: StoreSight,
): readonly Readonly<Record<string, string | number | null>>[] {
  try {
    for (const table of TABLES) {
      const columns = databases.query(database, `PRAGMA table_info(${table})`).map((column) => String(column["name"]));
      if (columns.length === 0) continue;
      const wanted = COLUMNS.filter((column) => columns.includes(column));
      if (wanted.includes("config") || wanted.includes("path"))
        return databases.query(database, `SELECT ${wanted.join(", ")} FROM ${table} ORDER BY rowid`);
    }
    trouble(database, "It is of a version of InvokeAI that is not known: it has no list of models.");
  } catch (error) {
    const words = isFault(error, "busy")
      ? "InvokeAI is writing to it. Close InvokeAI first, then scan again."
      : problemOf(error);
    trouble(database, words);
  }
  return [];
}

function* filesOf(ask: ScanAsk, model: InvokeModel, folders: InvokeFolders, sight: StoreSight): Found {
  const { disk, trouble } = sight;
  const path = isAbsolute(model.path) ? model.path : `${folders.models}/${model.path}`.replaceAll("/./", "/");
  const facts = disk.stat(path);
  if (facts === undefined) {
    trouble(path, `InvokeAI lists “${model.name}”, and nothing is there. Take it out of InvokeAI, or put it back.`);
    return;
  }
  const context = contextOf(ask, model, folders, sight);
  const found = facts.kind === "folder" ? folderModels(path, context, sight) : fileModels(path, model, context, sight);
  const one = asOne(found, path, facts.kind === "folder");
  if (one === undefined) trouble(path, `InvokeAI lists “${model.name}”, and no weights are there that are understood.`);
  yield one;
}

function contextOf(ask: ScanAsk, model: InvokeModel, { models }: InvokeFolders, { disk }: StoreSight): FolderContext {
  const picture = `${models}/model_images/${model.key}.webp`;
  return {
    store: "invokeai",
    root: ask.root,
    family: model.name,
    displayName: model.name,
    characteristics: factsOfWord(modelWord(model.type)),
    ...(model.source && { source: model.source }),
    ...(model.description !== undefined && { description: model.description }),
    ...(model.triggerWords.length > 0 && { triggerWords: model.triggerWords }),
    ...(model.base !== undefined && { baseModel: model.base }),
    ...(disk.stat(picture)?.kind === "file" && { preview: picture }),
    ...(ask.fallbackFormat !== undefined && { fallbackFormat: ask.fallbackFormat }),
  };
}

function fileModels(
  path: string,
  { sha256 }: InvokeModel,
  context: FolderContext,
  sight: StoreSight,
): readonly FoundModel[] {
  const at = path.lastIndexOf("/");
  const item = { name: path.slice(at + 1), kind: "file" as const };
  const known = sha256 === undefined ? {} : { digestOf: () => ({ sha256 }) };
  return models(modelsInFolder(path.slice(0, at), [item], { ...context, ...known }, sight));
}

/** Its hash is one of the whole, which is nobody's sha256. */
function folderModels(path: string, context: FolderContext, sight: StoreSight): readonly FoundModel[] {
  const above = models(modelsInFolder(path, sight.disk.list(path) ?? [], context, sight));
  return above.length > 0 ? above : models(modelsBelow(path, context, sight));
}

const models = (found: Found): readonly FoundModel[] => [...found].filter((one) => one !== undefined);

/** A row is one model, be its files in several folders. */
function asOne(found: readonly FoundModel[], path: string, isFolder: boolean): FoundModel | undefined {
  const [first] = found;
  if (first === undefined || found.length === 1) return first;
  return { ...first, ...(isFolder && { path }), files: found.flatMap(({ files }) => files) };
}
