import { lstat, mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import * as v from "valibot";
import { gzipArchives } from "../../../src/core/adapters/gzip-archives.ts";
import { createHashThreads } from "../../../src/core/adapters/hash-threads.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeDiskLook } from "../../../src/core/adapters/node-disk-look.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { createNodeLinks } from "../../../src/core/adapters/node-links.ts";
import { nodeMoves } from "../../../src/core/adapters/node-moves.ts";
import { nodeRandom } from "../../../src/core/adapters/node-random.ts";
import { nodeThumbprint } from "../../../src/core/adapters/node-thumbprint.ts";
import { createScanThread } from "../../../src/core/adapters/scan-thread.ts";
import { openDatabase } from "../../../src/core/adapters/sqljs-database.ts";
import { createMaintenance } from "../../../src/core/maintenance/create-maintenance.ts";
import type { Maintenance } from "../../../src/core/maintenance/maintenance.ts";
import type { Operation } from "../../../src/core/maintenance/operation.ts";
import { ofAny } from "../../../src/core/maintenance/operations/all.ts";
import type { MaintenanceParts } from "../../../src/core/maintenance/parts.ts";
import type { Step } from "../../../src/core/maintenance/plan.ts";
import { createScanTasks } from "../../../src/core/maintenance/scan-tasks.ts";
import type { Database, Edit, Row } from "../../../src/core/ports/database.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import { keyColumns, migrations } from "../../../src/core/registry/schema.ts";
import { readSettings } from "../../../src/core/settings.ts";

/** A machine in a temporary folder: a place for models, another for data, a real registry, and maintenance over them. */
export interface Workshop {
  readonly root: string;
  /** The location `main`. */
  readonly models: string;
  readonly storage: string;
  readonly database: Database;
  readonly maintenance: Maintenance;
  readonly parts: MaintenanceParts;
  readonly warnings: string[];
  /** Writes a file below the models, and returns its path. */
  file(name: string, content?: string): Promise<string>;
  /** Entries with a file each, below the models. */
  entries(...names: readonly string[]): Promise<void>;
  /** Rows of the collection, by table. */
  rows(): Promise<Readonly<Record<string, readonly Row[]>>>;
  /** Every path of the models' tree and of what lies beside it, with its content. */
  tree(): Promise<Readonly<Record<string, string>>>;
  /** Everything, the data folder's own files but the registry's included. */
  everything(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
  remove(): Promise<void>;
}

const names = v.optional(v.array(v.string()), []);
const options = v.strictObject({
  /** Entries that go with all that belongs to them. */
  purge: names,
  /** Entries that are deprecated. */
  deprecate: names,
  /** Entries that are added. */
  add: names,
  /** Paths below the models. */
  trash: names,
  erase: names,
  removeFolders: names,
  makeFolders: names,
  /** Links, each to a file below the models; what goes to the trash makes way for them. */
  link: v.optional(
    v.array(v.strictObject({ path: v.string(), target: v.string(), how: v.picklist(["hard", "symbolic", "clone"]) })),
    [],
  ),
  ollama: names,
  walk: names,
  links: v.optional(v.boolean(), false),
  backup: v.optional(v.boolean(), true),
});

/** Does what its options say. */
const scripted = (models: string): Operation<v.InferOutput<typeof options>> => ({
  name: "remove",
  options,
  backup: true,
  wants: ({ trash, erase, removeFolders, link, walk, links }) => ({
    paths: [...trash, ...erase, ...removeFolders, ...link.map(({ target }) => target)].map((name) =>
      path.join(models, name),
    ),
    folders: walk,
    links,
  }),
  decide: (survey, chosen) => {
    const entry = (row: Row): string => String(row["entry"] ?? row["name"]);
    const row = (table: string, before: Row | null, after: Row | null): Step => {
      const key = String((before ?? after)?.[keyColumns[table] ?? "key"]);
      return { kind: "row", table, key, before, after };
    };
    const file = (name: string) => {
      const at = path.join(models, name);
      const facts = survey.disk.get(at);
      if (facts === undefined || !("seen" in facts)) throw new Error(`${at} is ${facts?.kind}`);
      return { path: at, bytes: facts.seen.size, seen: facts.seen };
    };
    return {
      steps: [
        ...(["entries", "files", "characteristics"] as const).flatMap((table) =>
          survey[table].filter((one) => chosen.purge.includes(entry(one))).map((one) => row(table, one, null)),
        ),
        ...survey.entries
          .filter((one) => chosen.deprecate.includes(entry(one)))
          .map((one) => row("entries", one, { ...one, deprecated: 1 })),
        ...chosen.add.map((name) => row("entries", null, entryRow(name, null))),
        ...chosen.makeFolders.map((name): Step => ({ kind: "makeFolder", path: path.join(models, name) })),
        ...chosen.trash.map((name): Step => ({ kind: "trash", root: models, ...file(name) })),
        ...chosen.erase.map((name): Step => ({ kind: "delete", ...file(name) })),
        ...chosen.link.map(({ path: name, target, how }): Step => {
          const { path: at, seen } = file(target);
          return { kind: "makeLink", path: path.join(models, name), target: at, how, seen };
        }),
        ...chosen.removeFolders.map((name): Step => ({ kind: "removeFolder", path: path.join(models, name) })),
        ...chosen.ollama.map((model): Step => ({ kind: "deleteOllama", model, bytes: 7 })),
      ],
      keptBack: [],
    };
  },
});

export const entryRow = (name: string, at: string | null): Row => ({
  key: `discovered:${name}`,
  name,
  layer: "discovered",
  display_name: name,
  family: name,
  backend: "llama.cpp",
  path: at,
  proof: "unverified",
  deprecated: 0,
  locked: 0,
  aliases_json: "[]",
  roles_json: '["chat"]',
  role_priority_json: '{"chat":10}',
  capabilities_json: "[]",
  metadata_json: "{}",
  backend_config_json: "{}",
  extra_args_json: "[]",
});

export async function openWorkshop(
  given: Partial<MaintenanceParts> & { readonly root?: string; readonly generation?: number } = {},
): Promise<Workshop> {
  const root = given.root ?? (await mkdtemp(path.join(os.tmpdir(), "modeldeck-maintenance-")));
  const [models, storage] = [path.join(root, "models"), path.join(root, "data")];
  await mkdir(models, { recursive: true });
  const warnings: string[] = [];
  const log = {
    debug: () => {},
    info: () => {},
    warn: (line: string) => void warnings.push(line),
    error: (line: string, error?: unknown) => void warnings.push(`${line} ${String(error)}`),
  };
  const generation = given.generation ?? 1;
  const database = await openDatabase({ folder: storage, generation, migrations, keyColumns, log, idle: 60_000 });
  const registry = createRegistry(database, {
    files: nodeFiles,
    clock: nodeClock,
    digest: nodeDigest,
    testingPatterns: [],
  });
  const { settings } = readSettings({ locations: { main: { path: models } } }, storage);
  const scanner = createScanThread({ cacheFolder: undefined, version: "test", log });
  const hasher = createHashThreads();
  const parts: MaintenanceParts = {
    registry,
    files: nodeFiles,
    look: nodeDiskLook,
    moves: nodeMoves,
    links: createNodeLinks(),
    archives: gzipArchives,
    clock: nodeClock,
    random: nodeRandom,
    digest: nodeDigest,
    log,
    storage,
    schema: migrations.length,
    scanner,
    hasher,
    thumbprint: nodeThumbprint,
    scans: createScanTasks({ clock: nodeClock, random: nodeRandom }),
    places: async () => ({ folder: [], huggingface: [], ollama: [], lmstudio: [], invokeai: [], comfyui: [] }),
    settings,
    operations: [anyOptions(scripted(models))],
    titleOf: (operation) => `title of ${operation}`,
    readOllama: async () => undefined,
    deleteOllama: async () => {},
    ...given,
  };
  const workshop: Workshop = {
    root,
    models,
    storage,
    database,
    maintenance: createMaintenance(parts),
    parts,
    warnings,
    file: async (name, content = `bytes of ${name}`) => {
      const at = path.join(models, name);
      await mkdir(path.dirname(at), { recursive: true });
      await writeFile(at, content);
      return at;
    },
    entries: async (...wanted) => {
      for (const name of wanted)
        await registry.commit(await editsFor(name, await workshop.file(`owner/${name}/${name}.gguf`)));
    },
    rows: async () => ({
      entries: await database.query("SELECT * FROM entries ORDER BY key"),
      files: await database.query("SELECT * FROM files ORDER BY path"),
      characteristics: await database.query("SELECT * FROM characteristics ORDER BY key"),
    }),
    tree: () => readTree(root, (name) => name !== "data"),
    everything: () => readTree(root, (name) => name !== "registry" && name !== "journal"),
    close: async () => {
      await Promise.all([scanner.close(), hasher.close()]);
      await database.close();
    },
    remove: async () => {
      await workshop.close().catch(() => {});
      await rm(root, { recursive: true, force: true });
    },
  };
  return workshop;
}

export const anyOptions = ofAny;

async function editsFor(name: string, at: string): Promise<readonly Edit[]> {
  const { size, mtimeMs, dev, ino } = await lstat(at);
  const file = {
    path: at,
    entry: name,
    size_bytes: size,
    modified: Math.floor(mtimeMs),
    identity: `${dev}:${ino}`,
    proof: "unverified",
  };
  const key = `${name}|context|file`;
  return [
    { table: "entries", key: `discovered:${name}`, after: entryRow(name, at) },
    { table: "files", key: at, after: file },
    {
      table: "characteristics",
      key,
      after: { entry: name, name: "context", value_json: "4096", source: "file", confidence: 1 },
    },
  ];
}

async function readTree(root: string, wanted: (name: string) => boolean): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  const visit = async (folder: string): Promise<void> => {
    for (const item of await readdir(folder, { withFileTypes: true })) {
      if (!wanted(item.name)) continue;
      const at = path.join(folder, item.name);
      const name = path.relative(root, at);
      if (item.isDirectory()) {
        found[`${name}/`] = "";
        await visit(at);
      } else found[name] = item.isSymbolicLink() ? `→ ${await readlink(at)}` : await readFile(at, "hex");
    }
  };
  await visit(root);
  return found;
}

export const never = new AbortController().signal;

/** Plans what the options say, and applies it. */
export async function doIt(maintenance: Maintenance, given: Readonly<Record<string, unknown>>) {
  const { planId } = await maintenance.plan("remove", given, never);
  return maintenance.apply(planId, true, never);
}

export async function undoIt(maintenance: Maintenance, historyId: string) {
  const { planId } = await maintenance.planUndo(historyId, never);
  return maintenance.apply(planId, true, never);
}

export async function redoIt(maintenance: Maintenance, historyId: string) {
  const { planId } = await maintenance.planRedo(historyId, never);
  return maintenance.apply(planId, true, never);
}
