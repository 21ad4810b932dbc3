import type { KeptBack } from "../../protocol/maintenance.ts";
import { text } from "../../registry/columns.ts";
import type { OllamaFacts, Step, Survey } from "../plan.ts";
import { type Collection, isLogicalOnly, isSynthetic } from "./collection.ts";
import { ollamaName } from "./ollama-name.ts";
import type { Others } from "./others.ts";
import { type Free, findingOf } from "./removing.ts";

/** What becomes of the Ollama models that the entries stand for. */
export interface OllamaRemoval {
  /** Entries whose model goes. */
  readonly entries: ReadonlySet<string>;
  /** Blobs that go with the models, by the server or by us. */
  readonly blobs: ReadonlySet<string>;
  /** Through the server. */
  readonly steps: readonly Step[];
  /** From the store: manifests before blobs. */
  readonly files: readonly Free[];
  readonly keptBack: readonly KeptBack[];
}

/** The model of an entry where the store has it. */
export function modelOf({ ollama }: Survey, collection: Collection, name: string): string | undefined {
  const row = collection.shown(name);
  const model = row?.["backend"] === "ollama" ? ollamaName(row) : undefined;
  return model !== undefined && ollama?.models.has(model) ? model : undefined;
}

/** Why nobody can tell where the model of an entry is. */
export function whyOutOfReach({ ollama }: Survey, collection: Collection, name: string): string | undefined {
  const row = collection.shown(name);
  if (ollama !== undefined || row === undefined) return undefined;
  return isSynthetic(text(row, "path") ?? "") && !isLogicalOnly(row)
    ? "Ollama does not answer, and its store was not found"
    : undefined;
}

export function removeModels(
  survey: Survey,
  collection: Collection,
  going: ReadonlySet<string>,
  others: Others,
): OllamaRemoval {
  const { ollama } = survey;
  if (ollama === undefined) return { entries: new Set(), blobs: new Set(), steps: [], files: [], keptBack: [] };
  const wanted = new Map<string, readonly string[]>();
  for (const [model, names] of Map.groupBy(going, (name) => modelOf(survey, collection, name)))
    if (model !== undefined) wanted.set(model, names);
  const users = usersOfBlobs(ollama, wanted);
  const staying = new Map(
    collection.names.flatMap((name) => {
      const model = going.has(name) ? undefined : modelOf(survey, collection, name);
      return model === undefined ? [] : [[model, name] as const];
    }),
  );
  const keptBack: KeptBack[] = [];
  const models = [...wanted.keys()].filter((model) => {
    const entry = staying.get(model);
    const reason =
      entry === undefined ? whyStays(survey, ollama, model, users, others) : `the entry ${entry} stands for it too`;
    if (reason !== undefined) keptBack.push({ what: `ollama://${model}`, reason });
    return reason === undefined;
  });
  const removed = ollama.serverRuns ? byServer(survey, ollama, models) : fromStore(survey, ollama, models);
  return {
    ...removed,
    entries: new Set(models.flatMap((model) => wanted.get(model) ?? [])),
    keptBack: [...keptBack, ...removed.keptBack],
  };
}

type Removed = Omit<OllamaRemoval, "entries">;

/** The server itself keeps blobs that other manifests use. */
function byServer(survey: Survey, ollama: OllamaFacts, models: readonly string[]): Removed {
  const users = usersOfBlobs(ollama, new Set(models));
  const blobs = new Set<string>();
  const steps = models.map((model): Step => {
    const own = blobsOf(ollama, model).filter((blob) => !users.has(blob) && !blobs.has(blob));
    for (const blob of own) blobs.add(blob);
    const unseen = ollama.models.get(model)?.sizeBytes ?? 0;
    return { kind: "deleteOllama", model, bytes: own.reduce((sum, blob) => sum + sizeOf(survey, blob), unseen) };
  });
  return { blobs, steps, files: [], keptBack: sharedBlobs(ollama, models, users) };
}

function fromStore(survey: Survey, ollama: OllamaFacts, models: readonly string[]): Removed {
  const [unreadable] = ollama.unreadable ?? [];
  const users = usersOfBlobs(ollama, new Set(models));
  const keptBack = [...sharedBlobs(ollama, models, users)];
  const blobs = new Set<string>();
  const files: Free[] = [];
  const take = (path: string): boolean => {
    const found = findingOf(survey, path, () => false);
    if (found.kind === "free") files.push(found);
    else if (found.kind !== "gone") keptBack.push({ what: path, reason: found.reason });
    return found.kind === "free" || found.kind === "gone";
  };
  for (const model of models) take(ollama.models.get(model)?.manifest ?? "");
  for (const blob of new Set(models.flatMap((model) => blobsOf(ollama, model))))
    if (users.has(blob)) continue;
    else if (unreadable !== undefined)
      keptBack.push({ what: blob, reason: `${unreadable} cannot be read, and may use it` });
    else if (take(blob)) blobs.add(blob);
  return { blobs, steps: [], files, keptBack };
}

/** Blob → who of the models that stay uses it. */
export function usersOfBlobs(ollama: OllamaFacts, gone: { has(model: string): boolean }): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const blob of ollama.otherBlobs ?? []) users.set(blob, "a cloud model of Ollama");
  for (const [model, { blobs }] of ollama.models)
    if (!gone.has(model)) for (const blob of blobs) users.set(blob, `the Ollama model ${model}`);
  return users;
}

const blobsOf = (ollama: OllamaFacts, model: string): readonly string[] => [
  ...new Set(ollama.models.get(model)?.blobs),
];

function sharedBlobs(
  ollama: OllamaFacts,
  models: readonly string[],
  users: ReadonlyMap<string, string>,
): readonly KeptBack[] {
  return models.flatMap((model) =>
    blobsOf(ollama, model).flatMap((what) => {
      const user = users.get(what);
      return user === undefined ? [] : [{ what, reason: `${user} uses it` }];
    }),
  );
}

/** An entry of another program may read a blob in place; a manifest that cannot be taken away keeps its model. */
function whyStays(
  survey: Survey,
  ollama: OllamaFacts,
  model: string,
  users: ReadonlyMap<string, string>,
  others: Others,
): string | undefined {
  for (const blob of blobsOf(ollama, model)) {
    const entry = users.has(blob) ? undefined : others.entryWith(blob);
    if (entry !== undefined) return `the entry ${entry} uses ${blob}`;
  }
  if (ollama.serverRuns) return undefined;
  const manifest = findingOf(survey, ollama.models.get(model)?.manifest ?? "", () => false);
  if (manifest.kind === "free") return undefined;
  return manifest.kind === "gone" ? "it is not in the store" : manifest.reason;
}

function sizeOf({ disk }: Survey, path: string): number {
  const facts = disk.get(path);
  return facts !== undefined && "seen" in facts ? facts.seen.size : 0;
}
