import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, readdir, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Deck } from "../../../src/core/core.ts";
import { openDeck } from "../../../src/core/open-deck.ts";
import { type Applied, type OperationName, type Plan, operations } from "../../../src/core/protocol/maintenance.ts";
import type { EntryDetails } from "../../../src/core/protocol/models.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { cacheRevision } from "../../support/stores/hub-cache.ts";
import { makeInvokeDatabase } from "../../support/stores/invokeai.ts";
import { putOllama } from "../../support/stores/ollama.ts";
import { put, safetensors, sha256Of, tinyModel } from "../../support/stores/model-files.ts";

interface Scenario {
  readonly options: (root: string) => Readonly<Record<string, unknown>>;
  /** Lines of the preview, in order; paths from the root on. */
  readonly lines: readonly string[];
  /** Each line is told once: an entry that is known better changes in many fields. */
  readonly distinct?: true;
  /** Done before it is planned. */
  readonly first?: (deck: Deck, root: string) => Promise<unknown>;
}

const blob = (letter: string): string => `sha256-${letter.repeat(64)}`;
const source = { source_provider: "huggingface", downloaded_at: "2026-01-01T00:00:00Z" };

/** What lies on the disk, below the root. */
const files: Readonly<Record<string, string>> = {
  "models/o/chat/chat.gguf": "the weights of chat",
  "models/o/twin/twin.gguf": "twin",
  "weights/o/hf/hf.safetensors": "hf",
  "hf/models--o--r/blobs/b": "cached",
  [`ollama/blobs/${blob("a")}`]: "weights of llama",
  [`ollama/blobs/${blob("c")}`]: "template",
  "ollama/manifests/registry.ollama.ai/library/llama/1": manifest("a"),
  "ollama/manifests/registry.ollama.ai/library/other/1": manifest("b"),
};

function manifest(weights: string): string {
  const layer = (kind: string, letter: string) => ({
    mediaType: `application/vnd.ollama.image.${kind}`,
    digest: blob(letter).replace("-", ":"),
    size: 1,
  });
  return JSON.stringify({ layers: [layer("model", weights), layer("template", "c")] });
}

const entriesIn = (root: string): readonly object[] => {
  const at = (file: string): string => path.join(root, file);
  const chat = at("models/o/chat/chat.gguf");
  return [
    {
      name: "chat",
      ...source,
      family: "chat",
      backend: "llama.cpp",
      download_path: chat,
      download_format: "gguf",
      download_size_bytes: 19,
      download_files: [{ path: chat, size_bytes: 19 }],
      download_location: "main",
    },
    { name: "old", family: "old", backend: "llama.cpp", deprecated: true, download_path: at("models/gone.gguf") },
    { name: "wish", family: "wish", backend: "vllm" },
    { name: "hf", family: "hf", backend: "vllm", download_path: at("weights/o/hf/hf.safetensors") },
    { name: "twin", family: "twin", backend: "mlx", download_path: at("models/o/twin/twin.gguf") },
    { name: "twin-too", family: "twin", backend: "mlx", roles: ["ocr"], role_priority: { ocr: 3 } },
    { name: "cached", family: "c", backend: "mlx", download_path: at("hf/models--o--r/snapshots/1/w") },
    { name: "llama", family: "llama", backend: "ollama", served_model_id: "llama:1", download_format: "gguf" },
    { name: "kept", family: "kept", backend: "llama.cpp", deprecated: true, locked: true },
  ];
};

const REVISION = "c".repeat(40);

/** A model of Ollama that is whole. */
async function putLlama(_deck: Deck, root: string): Promise<void> {
  const config = { model_family: "llama", model_type: "1B", file_type: "Q4_K_M" };
  const layers = [["model", tinyModel("llama")]] as const;
  await putOllama(`${root}/ollama`, "registry.ollama.ai/library/llama/1", { layers, config });
}

/** An entry whose file lies elsewhere by now. */
async function loseFile(deck: Deck, root: string): Promise<void> {
  const [content, gone] = ["the bytes of lost", `${root}/models/lost.gguf`];
  await put(`${root}/models/o/found/found.gguf`, content);
  const file = { path: gone, size_bytes: content.length, sha256: sha256Of(content) };
  const entry = { name: "lost", backend: "mlx", download_path: gone, download_files: [file] };
  await deck.run("models.import", { path: await put(`${root}/data/lost.json`, JSON.stringify([entry])) });
}

const scenarios: Readonly<Record<OperationName, readonly Scenario[]>> = {
  scan: [
    {
      options: (root) => ({ base: `${root}/extra` }),
      first: (_deck, root) => put(`${root}/extra/acme/Tiny-GGUF/Tiny-Q4_K_M.gguf`, tinyModel("tiny")),
      distinct: true,
      lines: ["addEntry tiny-gguf-llama.cpp-q4_k_m", "changeEntry tiny-gguf-llama.cpp-q4_k_m"],
    },
    {
      options: () => ({ base: "main", updateExisting: true }),
      first: (_deck, root) => put(`${root}/models/o/chat/chat.gguf`, tinyModel("chat")),
      distinct: true,
      lines: ["changeEntry chat"],
    },
  ],
  importOllama: [
    {
      options: () => ({ deprecatePlaceholders: true, location: "box" }),
      first: putLlama,
      distinct: true,
      lines: ["addEntry llama-1-ollama-gguf-q4_k_m", "changeEntry llama-1-ollama-gguf-q4_k_m", "changeEntry llama"],
    },
  ],
  importLmStudio: [
    {
      options: (root) => ({ root: `${root}/lm` }),
      first: (_deck, root) => put(`${root}/lm/acme/Tiny-GGUF/Tiny-Q4_K_M.gguf`, tinyModel("tiny")),
      distinct: true,
      lines: ["addEntry tiny-gguf-llama.cpp-q4_k_m", "changeEntry tiny-gguf-llama.cpp-q4_k_m"],
    },
  ],
  importHuggingFaceCache: [
    {
      options: (root) => ({ root: `${root}/hub` }),
      first: (_deck, root) =>
        cacheRevision(`${root}/hub`, "acme/Tiny-GGUF", {
          commit: REVISION,
          files: { "Tiny-Q4_K_M.gguf": tinyModel("tiny") },
          refs: ["main"],
        }),
      distinct: true,
      lines: ["addEntry tiny-gguf-llama.cpp-q4_k_m", "changeEntry tiny-gguf-llama.cpp-q4_k_m"],
    },
  ],
  importInvokeAI: [
    {
      options: (root) => ({ root: `${root}/invoke` }),
      first: async (_deck, root) => {
        const at = await put(`${root}/invoke/models/sdxl/main/base.safetensors`, safetensors());
        const model = { key: "k1", name: "Base", base: "sdxl", type: "main", path: at };
        await makeInvokeDatabase(`${root}/invoke`, "6.9", [model]);
      },
      distinct: true,
      lines: ["addEntry base-safetensors-f16", "changeEntry base-safetensors-f16"],
    },
  ],
  importComfyUI: [
    {
      options: (root) => ({ root: `${root}/comfy` }),
      first: (_deck, root) => put(`${root}/comfy/models/checkpoints/base.safetensors`, safetensors()),
      distinct: true,
      lines: ["addEntry base-comfyui-safetensors-f16", "changeEntry base-comfyui-safetensors-f16"],
    },
  ],
  normalize: [
    { options: () => ({ pruneMissing: true }), distinct: true, lines: ["removeEntry old"] },
    {
      options: () => ({ rebuild: true, backup: false }),
      first: (_deck, root) => put(`${root}/models/o/chat/chat.gguf`, tinyModel("chat")),
      distinct: true,
      lines: ["changeEntry chat"],
    },
  ],
  relink: [
    {
      options: (root) => ({ roots: [`${root}/models`] }),
      first: loseFile,
      distinct: true,
      lines: ["changeEntry lost"],
    },
  ],
  shareFiles: [
    {
      options: (root) => ({ stores: [`${root}/models`], kind: "hard" }),
      first: (_deck, root) => put(`${root}/models/o/copy/copy.gguf`, "the weights of chat"),
      distinct: true,
      lines: ["trash models/o/copy/copy.gguf", "makeLink models/o/copy/copy.gguf"],
    },
  ],
  doctor: [
    {
      options: (root) => ({ stores: [`${root}/models`], mend: ["danglingLink"] }),
      first: (_deck, root) => symlink("nowhere", `${root}/models/o/chat/old.gguf`),
      distinct: true,
      lines: ["trash models/o/chat/old.gguf"],
    },
  ],
  purgeDeprecated: [{ options: () => ({}), lines: ["removeEntry old"] }],
  purgeLogicalOnly: [{ options: () => ({}), lines: ["removeEntry llama", "removeEntry twin-too", "removeEntry wish"] }],
  purgeHuggingFace: [
    { options: () => ({}), lines: ["removeEntry hf"] },
    { options: (root) => ({ weightsRoot: `${root}/models`, backend: "mlx" }), lines: ["removeEntry twin"] },
  ],
  resetDiscovered: [
    { options: () => ({ backend: "vllm", backup: false }), lines: ["removeEntry hf", "removeEntry wish"] },
  ],
  pruneDuplicates: [{ options: () => ({}), lines: ["changeEntry twin", "removeEntry twin-too"] }],
  restoreOllama: [
    {
      options: () => ({}),
      lines: ["addEntry llama"],
      first: async (deck) => {
        await deck.run("backups.create");
        const { planId } = await plan(deck, "resetDiscovered", { backend: "ollama", backup: false });
        await deck.run("maintenance.apply", { planId, confirm: true });
      },
    },
  ],
  backfillOllamaPaths: [{ options: () => ({ location: "ollama" }), lines: ["changeEntry llama"] }],
  remove: [
    { options: () => ({ names: ["chat"], mode: "metadata" }), lines: ["changeEntry chat", "changeEntry chat"] },
    {
      options: () => ({ names: ["chat"], mode: "files" }),
      lines: ["trash models/o/chat/chat.gguf", "changeEntry chat", "changeEntry chat"],
    },
    {
      options: () => ({ names: ["chat", "twin", "wish"], mode: "purge" }),
      lines: [
        "trash models/o/chat/chat.gguf",
        "trash models/o/twin/twin.gguf",
        "removeEntry chat",
        "removeEntry twin",
        "removeEntry wish",
        "changeEntry chat",
      ],
    },
    {
      options: () => ({ names: ["cached"], mode: "purge" }),
      lines: ["trash hf/models--o--r/snapshots/1/w", "trash hf/models--o--r/blobs/b", "removeEntry cached"],
    },
    {
      options: () => ({ names: ["llama"], mode: "purge" }),
      lines: [
        "trash ollama/manifests/registry.ollama.ai/library/llama/1",
        `trash ollama/blobs/${blob("a")}`,
        "removeEntry llama",
      ],
    },
  ],
  tidyFolders: [
    {
      options: (root) => ({ root: `${root}/models` }),
      lines: ["removeFolder models/empty/r/sub", "removeFolder models/empty/r", "removeFolder models/empty"],
    },
  ],
  fixMissing: [
    {
      options: (root) => ({
        files: [
          { entry: "old", path: `${root}/models/gone.gguf`, verdict: "missing" },
          { entry: "chat", path: `${root}/models/o/chat/chat.gguf`, verdict: "missing" },
        ],
      }),
      lines: ["changeEntry old"],
    },
  ],
};

const plan = async (deck: Deck, operation: string, options: object): Promise<Plan> =>
  (await deck.run("maintenance.plan", { operation, options })) as Plan;

suite("maintenance through the deck, over real files", () => {
  let root = "";
  let deck: Deck;
  setup(async () => {
    root = await mkdtemp(path.join(tmpdir(), "modeldeck-maintenance-"));
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.join(root, path.dirname(name)), { recursive: true });
      await writeFile(path.join(root, name), content);
    }
    await mkdir(path.join(root, "models/empty/r/sub"), { recursive: true });
    await mkdir(path.join(root, "hf/models--o--r/snapshots/1"), { recursive: true });
    await symlink("../../blobs/b", path.join(root, "hf/models--o--r/snapshots/1/w"));
    const place = (name: string, layout: string) => ({ path: path.join(root, name), layout });
    deck = await openDeck({
      storage: path.join(root, "data"),
      settings: {
        locations: { main: place("models", "owner-repo"), hf: place("hf", "hf-cache") },
        weightsRoot: path.join(root, "weights"),
        "ollama.models": path.join(root, "ollama"),
        // Nobody listens there.
        "ollama.url": "http://127.0.0.1:9",
        "serving.engine": "process",
      },
    });
    const registry = path.join(root, "data/registry.json");
    await writeFile(registry, JSON.stringify(entriesIn(root)));
    await deck.run("models.import", { path: registry });
  });
  teardown(async () => {
    await deck.close();
    await rm(root, { recursive: true });
  });

  /**
   * Every entry with its files as the deck shows it, every file with its content and time; without data and trash.
   * Of an operation that compares files without their other places: whoever reads a file that has lain for two seconds
   * remembers its digest, a dry run too, so that its other places are known from then on.
   */
  const everything = async (operation: OperationName): Promise<unknown> => {
    const { entries } = (await deck.run("models.list", { includeDeprecated: true })) as { entries: { name: string }[] };
    const shown = await Promise.all(
      entries.map(async ({ name }) => {
        // Memory is another one each time.
        const { fit: _, places, ...told } = (await deck.run("models.show", { name })) as Partial<EntryDetails>;
        return { ...told, ...(operation !== "shareFiles" && { places }) };
      }),
    );
    return { shown, tree: await treeOf(root) };
  };
  const linesOf = ({ firstSteps }: Plan): readonly string[] =>
    firstSteps.map(({ deed, what }) => `${deed} ${what.replace(`${root}/`, "")}`);

  for (const operation of operations)
    for (const [index, { options, lines, first, distinct }] of scenarios[operation].entries())
      test(`${operation}${index === 0 ? "" : ` (${index + 1})`} does what its dry run says, and undo and redo take it back and forth`, async () => {
        await first?.(deck, root);
        const before = await everything(operation);
        const seen = await plan(deck, operation, options(root));
        const again = await plan(deck, operation, options(root));
        assert.deepEqual(distinct ? [...new Set(linesOf(seen))] : linesOf(seen), lines);
        assert.deepEqual({ ...again, planId: seen.planId }, seen);
        assert.equal(seen.undoable, true);
        assert.deepEqual(await everything(operation), before);

        const applied = (await deck.run("maintenance.apply", { planId: again.planId, confirm: true })) as Applied;
        assert.deepEqual(applied.totals, seen.totals);
        const after = await everything(operation);
        assert.notDeepEqual(after, before);
        const linked = new Set(seen.firstSteps.flatMap(({ deed, what }) => (deed === "makeLink" ? [what] : [])));
        for (const { deed, what } of seen.firstSteps)
          if ((deed === "trash" || deed === "removeFolder") && !linked.has(what))
            await assert.rejects(stat(what), { code: "ENOENT" });
        const left = leftOf(options(root), seen);
        if (left !== undefined) assert.deepEqual(linesOf(await plan(deck, operation, left)), []);
        await assert.rejects(deck.run("maintenance.apply", { planId: again.planId, confirm: true }), (error) =>
          isFault(error, "notFound"),
        );
        await assert.rejects(deck.run("maintenance.apply", { planId: seen.planId, confirm: true }), (error) =>
          isFault(error, "stale"),
        );

        await deck.run("history.undo", { id: applied.historyId });
        assert.deepEqual(await everything(operation), before);
        await deck.run("history.redo", { id: applied.historyId });
        assert.deepEqual(await everything(operation), after);
      });

  test("names what is kept back: locks, and blobs that another model of Ollama uses", async () => {
    assert.deepEqual((await plan(deck, "purgeDeprecated", {})).keptBack, [{ what: "kept", reason: "it is locked" }]);
    assert.deepEqual((await plan(deck, "remove", { names: ["llama"], mode: "files" })).keptBack, [
      { what: path.join(root, "ollama/blobs", blob("c")), reason: "the Ollama model other:1 uses it" },
    ]);
  });

  test("does not take what lies on a drive that is not there for missing", async () => {
    await rm(path.join(root, "models"), { recursive: true });
    const gone = `${root}/models/gone.gguf`;
    const fix = await plan(deck, "fixMissing", { files: [{ entry: "old", path: gone, verdict: "missing" }] });
    assert.deepEqual(fix.keptBack, [{ what: gone, reason: "its drive is not there" }]);
    const purge = await plan(deck, "remove", { names: ["chat"], mode: "purge" });
    assert.deepEqual(linesOf(purge), []);
  });

  test("refuses options it does not know, and a name that no entry has", async () => {
    await assert.rejects(plan(deck, "purgeDeprecated", { all: true }), (error) => isFault(error, "badArguments"));
    await assert.rejects(plan(deck, "remove", { names: ["chatt"], mode: "purge" }), (error) =>
      isFault(error, "notFound"),
    );
  });
});

/** The options once more, without entries that are gone; undefined where none is left. */
function leftOf(
  options: Readonly<Record<string, unknown>>,
  { firstSteps }: Plan,
): Readonly<Record<string, unknown>> | undefined {
  if (!Array.isArray(options["names"])) return options;
  const gone = new Set(firstSteps.flatMap(({ deed, what }) => (deed === "removeEntry" ? [what] : [])));
  const names = options["names"].filter((name) => !gone.has(String(name)));
  return names.length > 0 ? { ...options, names } : undefined;
}

async function treeOf(root: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  const visit = async (folder: string): Promise<void> => {
    for (const item of await readdir(folder, { withFileTypes: true })) {
      const at = path.join(folder, item.name);
      const name = path.relative(root, at);
      if (name === "data" || item.name === ".modeldeck-trash") continue;
      if (item.isSymbolicLink()) found[name] = `→ ${await readlink(at)}`;
      else if (item.isDirectory()) {
        found[`${name}/`] = "";
        await visit(at);
      } else found[name] = `${await readFile(at, "utf8")} ${(await stat(at)).mtimeMs}`;
    }
  };
  await visit(root);
  return found;
}
