import type { StorePlaces } from "../../../../src/core/maintenance/operation.ts";
import type { DiskFacts, Decision, Seen, Step, Survey } from "../../../../src/core/maintenance/plan.ts";
import type { Row } from "../../../../src/core/ports/database.ts";
import { keyColumns } from "../../../../src/core/registry/schema.ts";

/** A small world as data: what a survey would find in it, and what becomes of it by a decision. */
export interface FakeWorld {
  readonly entries?: readonly Row[];
  readonly files?: readonly Row[];
  readonly characteristics?: readonly Row[];
  readonly shapes?: readonly Row[];
  readonly testingPatterns?: readonly string[];
  /** Absolute path → what lies there. Folders on the way are made up. */
  readonly disk?: Readonly<Record<string, FakeItem>>;
  /** Everything below these is on a drive that is not there. */
  readonly offline?: readonly string[];
  readonly locations?: Readonly<Record<string, string>>;
  readonly weightsRoot?: string;
  /** Manifests lie at `<root>/manifests/<name>`, blobs at `<root>/blobs/<blob>`, of which the first is the model's. */
  readonly ollama?: {
    readonly root: string;
    readonly serverRuns?: boolean;
    readonly models: Readonly<Record<string, readonly string[]>>;
    readonly otherBlobs?: readonly string[];
    readonly unreadable?: readonly string[];
  };
  readonly backup?: readonly Row[];
  /** All roots but these have a trash. */
  readonly noTrash?: readonly string[];
  /** What else a survey would hold. */
  readonly more?: Partial<Survey> | ((survey: Survey) => Partial<Survey>);
}

export type FakeItem =
  /** Files of one identity are names of the same bytes; `elsewhere` counts names outside of this world. */
  | { readonly size: number; readonly identity?: string; readonly elsewhere?: number }
  | { readonly link: string }
  | "folder"
  | { readonly unreadable: string };

const NOW = Date.UTC(2026, 10, 20);

export const entry = (name: string, more: Row = {}): Row => {
  const layer = more["layer"] ?? "discovered";
  return {
    key: `${String(layer)}:${name}`,
    name,
    layer,
    display_name: name,
    family: name,
    backend: "llama.cpp",
    format: "gguf",
    quantization: null,
    path: null,
    location: null,
    size_bytes: null,
    proof: "unverified",
    source_provider: null,
    source_reference: null,
    source_revision: null,
    downloaded_at: null,
    served_model_id: null,
    deprecated: 0,
    locked: 0,
    aliases_json: "[]",
    roles_json: "[]",
    role_priority_json: "{}",
    capabilities_json: "[]",
    metadata_json: "{}",
    backend_config_json: "{}",
    extra_args_json: "[]",
    notes: null,
    description: null,
    preview: null,
    lock_sha256: null,
    ...more,
  };
};

export const fileRow = (path: string, owner: string, more: Row = {}): Row => ({
  path,
  entry: owner,
  size_bytes: 1,
  modified: null,
  identity: null,
  sha256: null,
  git_sha1: null,
  proof: "unverified",
  ...more,
});

export const characteristic = (owner: string, name: string): Row => ({
  key: `${owner}|${name}|name`,
  entry: owner,
  name,
  value_json: "1",
  source: "name",
  confidence: 0.5,
});

export function surveyOf(world: FakeWorld): Survey {
  const { entries = [], files = [], characteristics = [], locations = { main: "/models" }, ollama } = world;
  const items = withFolders(world.disk ?? {});
  const disk = new Map<string, DiskFacts>();
  for (const path of items.keys()) disk.set(path, factsOf(world, items, path));
  const roots = [...Object.values(locations), world.weightsRoot, ollama?.root].filter((root) => root !== undefined);
  const named = [...entries, ...files].map((row) => row["path"]).filter((path) => typeof path === "string");
  for (const path of [...named, ...roots])
    if (!path.startsWith("ollama://") && !disk.has(path)) disk.set(path, factsOf(world, items, path));
  const links = [...disk].flatMap(([path, facts]) =>
    facts.kind === "link" && items.has(path) ? [[asWalked(items, roots, path), facts.real] as const] : [],
  );
  const noTrash = new Set(world.noTrash);
  const parents = named.map((path) => path.slice(0, path.lastIndexOf("/")));
  const survey: Survey = {
    entries,
    files,
    characteristics,
    shapes: world.shapes ?? [],
    testingPatterns: world.testingPatterns ?? [],
    disk,
    links: new Map(links),
    ...(world.backup && { backup: world.backup }),
    locations: Object.entries(locations).map(([name, path]) => ({ name, path })),
    weightsRoot: world.weightsRoot,
    ...(ollama && { ollama: ollamaFacts(ollama, items) }),
    trashRoots: new Set([...roots, ...parents].filter((root) => !noTrash.has(root))),
    now: NOW,
  };
  return { ...survey, ...(typeof world.more === "function" ? world.more(survey) : world.more) };
}

const ollamaFacts = (
  { root, serverRuns = false, models, otherBlobs = [], unreadable = [] }: NonNullable<FakeWorld["ollama"]>,
  items: ReadonlyMap<string, FakeItem>,
): NonNullable<Survey["ollama"]> => {
  const blobPath = (blob: string): string => `${root}/blobs/${blob}`;
  const there = Object.entries(models).filter(([name]) => serverRuns || items.has(`${root}/manifests/${name}`));
  return {
    root,
    serverRuns,
    models: new Map(
      there.map(([name, blobs]) => [
        name,
        { modelBlob: blobPath(blobs[0] ?? ""), blobs: blobs.map(blobPath), manifest: `${root}/manifests/${name}` },
      ]),
    ),
    otherBlobs: otherBlobs.map(blobPath),
    unreadable,
  };
};

function withFolders(disk: Readonly<Record<string, FakeItem>>): ReadonlyMap<string, FakeItem> {
  const items = new Map<string, FakeItem>(Object.entries(disk));
  for (const path of Object.keys(disk))
    for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder))
      if (!items.has(folder)) items.set(folder, "folder");
  return items;
}

function factsOf(world: FakeWorld, items: ReadonlyMap<string, FakeItem>, path: string): DiskFacts {
  // The links on the way are followed, the one at the path itself is not.
  const folder = resolve(items, parentOf(path)) ?? parentOf(path);
  const item = items.get(folder + path.slice(parentOf(path).length));
  const real = resolve(items, path);
  for (const at of [path, real])
    if (world.offline?.some((root) => at === root || at?.startsWith(`${root}/`))) return { kind: "offline" };
  const target = real === undefined ? undefined : items.get(real);
  if (item === undefined && (real === undefined || real === path || target === undefined)) return { kind: "absent" };
  if (real === undefined || target === undefined) return { kind: "absent" };
  const own = item ?? target;
  if (own === "folder") {
    const inside = [...items.keys()].filter((one) => parentOf(one) === real);
    return { kind: "folder", seen: seen(0, `folder ${real}`), names: 1, real, items: inside.length };
  }
  if ("unreadable" in own) return { kind: "unreadable", reason: own.unreadable };
  if ("link" in own) return { kind: "link", seen: seen(own.link.length, `link ${path}`), names: 1, real };
  const identity = own.identity ?? real;
  const same = [...items].filter(([at, one]) => identityOf(at, one) === identity).length;
  return { kind: "file", seen: seen(own.size, identity), names: same + (own.elsewhere ?? 0), real };
}

const identityOf = (path: string, item: FakeItem): string | undefined =>
  item !== "folder" && "size" in item ? (item.identity ?? path) : undefined;

const seen = (size: number, identity: string): Seen => ({ size, modified: NOW, identity });

/** undefined for a link that leads nowhere, or in a circle. */
function resolve(items: ReadonlyMap<string, FakeItem>, path: string): string | undefined {
  let at = path;
  for (let steps = 0; steps < 8; steps += 1) {
    const link = linkOnTheWay(items, at);
    if (link === undefined) return items.has(at) ? at : undefined;
    at = link;
  }
  return undefined;
}

function linkOnTheWay(items: ReadonlyMap<string, FakeItem>, path: string): string | undefined {
  for (let part = path; part !== ""; part = parentOf(part)) {
    const item = items.get(part);
    if (item !== undefined && item !== "folder" && "link" in item) return item.link + path.slice(part.length);
  }
  return undefined;
}

/** As somebody comes by it who starts at a root, which may be a link. */
function asWalked(items: ReadonlyMap<string, FakeItem>, roots: readonly string[], path: string): string {
  for (const root of roots) {
    const real = resolve(items, root);
    if (real !== undefined && path.startsWith(`${real}/`)) return root + path.slice(real.length);
  }
  return path;
}

/** Where stores are looked for. */
export const places: StorePlaces = {
  folder: [],
  huggingface: ["/hf"],
  ollama: ["/ollama"],
  lmstudio: ["/lm"],
  invokeai: ["/invoke"],
  comfyui: ["/comfy"],
  locations: [
    { name: "main", path: "/models" },
    { name: "usb", path: "/usb/" },
  ],
};

export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

/** The world once a decision was carried out. @throws where a step does not fit what is there */
export function after(world: FakeWorld, { steps }: Decision): FakeWorld {
  const tables = {
    entries: [...(world.entries ?? [])],
    files: [...(world.files ?? [])],
    characteristics: [...(world.characteristics ?? [])],
    shapes: [...(world.shapes ?? [])],
  };
  const items = new Map(withFolders(world.disk ?? {}));
  const models = new Map(Object.entries(world.ollama?.models ?? {}));
  for (const step of steps)
    switch (step.kind) {
      case "row": {
        const rows = tables[step.table as keyof typeof tables];
        const key = keyColumns[step.table] ?? "key";
        const at = rows.findIndex((row) => row[key] === step.key);
        if ((rows[at] ?? null) !== step.before) throw new Error(`${step.key} is not as the step says`);
        rows.splice(at === -1 ? rows.length : at, 1, ...(step.after ? [step.after] : []));
        break;
      }
      case "trash":
      case "delete":
        if (!items.has(step.path)) throw new Error(`nothing lies at ${step.path}`);
        for (const [path, item] of items)
          if (path === step.path || path.startsWith(`${step.path}/`)) {
            items.delete(path);
            keepName(items, path, item);
          }
        break;
      case "removeFolder":
        if ([...items.keys()].some((path) => parentOf(path) === step.path))
          throw new Error(`${step.path} is not empty`);
        items.delete(step.path);
        break;
      case "deleteOllama": {
        const gone = models.get(step.model) ?? [];
        models.delete(step.model);
        const used = new Set([...models.values()].flat());
        items.delete(`${world.ollama?.root}/manifests/${step.model}`);
        for (const blob of gone) if (!used.has(blob)) items.delete(`${world.ollama?.root}/blobs/${blob}`);
        break;
      }
      case "makeLink":
        if (items.has(step.path)) throw new Error(`something lies at ${step.path}`);
        items.set(step.path, linked(items, step));
        break;
      case "makeFolder":
      case "restore":
      case "removeLink":
        throw new Error(`no operation decides ${step.kind}`);
    }
  return {
    ...world,
    ...tables,
    disk: Object.fromEntries(items),
    ...(world.ollama && { ollama: { ...world.ollama, models: Object.fromEntries(models) } }),
  };
}

function linked(items: ReadonlyMap<string, FakeItem>, step: Extract<Step, { kind: "makeLink" }>): FakeItem {
  const { target, how, seen: there } = step;
  if (how === "symbolic") return { link: target };
  return {
    size: there.size,
    identity: how === "hard" ? (identityOf(target, items.get(target) ?? "folder") ?? target) : step.path,
  };
}

/** In the trash it is still a name of its bytes. */
function keepName(items: Map<string, FakeItem>, path: string, gone: FakeItem): void {
  const identity = identityOf(path, gone);
  if (identity === undefined) return;
  for (const [at, item] of items)
    if (item !== "folder" && "size" in item && identityOf(at, item) === identity)
      items.set(at, { ...item, elsewhere: (item.elsewhere ?? 0) + 1 });
}

/** The steps in words, for tables: `- discovered:a`, `trash /models/a 10`. Changes show the columns that change. */
export const inWords = ({ steps }: Decision): readonly string[] =>
  steps.map((step) => {
    switch (step.kind) {
      case "row": {
        if (step.after === null) return `- ${step.table} ${step.key}`;
        if (step.before === null) return `+ ${step.table} ${step.key}`;
        const changes = Object.entries(step.after).filter(([column, value]) => step.before?.[column] !== value);
        return `~ ${step.table} ${step.key} ${changes.map(([column, value]) => `${column}=${value}`).join(" ")}`;
      }
      case "trash":
      case "delete":
        return `${step.kind} ${step.path} ${step.bytes}`;
      case "deleteOllama":
        return `deleteOllama ${step.model} ${step.bytes}`;
      case "makeLink":
      case "removeLink":
        return `${step.kind} ${step.path} ${step.how} ${step.target}`;
      case "removeFolder":
      case "makeFolder":
      case "restore":
        return `${step.kind} ${step.path}`;
    }
  });

export const kept = ({ keptBack }: Decision): Readonly<Record<string, string>> =>
  Object.fromEntries(keptBack.map(({ what, reason }) => [what, reason]));
