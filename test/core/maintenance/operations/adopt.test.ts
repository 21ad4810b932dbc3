import assert from "node:assert/strict";
import * as v from "valibot";
import { importOllama } from "../../../../src/core/maintenance/operations/import-ollama.ts";
import { importLmStudio } from "../../../../src/core/maintenance/operations/import-store.ts";
import { scan } from "../../../../src/core/maintenance/operations/scan.ts";
import type { Decision, Survey } from "../../../../src/core/maintenance/plan.ts";
import type { StoreReport } from "../../../../src/core/stores/found.ts";
import { isFault } from "../../../../src/core/util/faults.ts";
import { foundFile, foundModel, report } from "./found.ts";
import { type FakeWorld, after, entry, fileRow, inWords, kept, places, surveyOf } from "./survey.ts";

const AT = "/models/acme/Tiny/Tiny-Q4_K_M.gguf";
const NAME = "tiny-llama.cpp-gguf-q4_k_m";
const there = { [AT]: { size: 4, identity: AT } } as const;

type Options = Readonly<Record<string, unknown>>;
const surveyed = (world: FakeWorld, ...found: readonly StoreReport[]): Survey => ({ ...surveyOf(world), found });
const scanned = (world: FakeWorld, found: StoreReport, options: Options = {}): Decision =>
  scan.decide(surveyed(world, found), v.parse(scan.options, options));
const ollamaImport = (survey: Survey, options: Options = {}): Decision =>
  importOllama.decide(survey, v.parse(importOllama.options, options));

/** Of each step its table, key and deed; without what is in the rows. */
const deeds = (decision: Decision): readonly string[] =>
  inWords(decision).map((line) => line.split(" ").slice(0, 3).join(" "));
const rowOf = ({ steps }: Decision, key: string) => {
  for (const step of steps) if (step.kind === "row" && step.key === key) return step.after;
  return undefined;
};
const findingsOf = ({ findings = [] }: Decision) => findings.map(({ kind, what }) => `${kind} ${what}`);

suite("what a scan finds becomes entries", () => {
  test("a model that nobody knows is added with its files, facts, shape, picture and words", () => {
    const found = foundModel(AT, {
      characteristics: [
        { name: "vision", value: true, source: "gguf", confidence: 1 },
        { name: "context", value: 4096, source: "gguf", confidence: 1 },
      ],
      shape: { architecture: "llama", layers: 2 },
      files: [foundFile(AT, 4, { sha256: "a".repeat(64) }), foundFile("/models/acme/Tiny/mmproj.gguf", 3)],
      preview: "/models/acme/Tiny/Tiny.png",
      description: "small",
      triggerWords: ["tiny"],
      baseModel: "acme/Base",
      source: { provider: "huggingface", reference: "acme/Tiny" },
    });
    const decided = scanned({ disk: there }, report("/models", [found]));
    assert.deepEqual(deeds(decided), [
      `+ entries discovered:${NAME}`,
      `+ files ${AT}`,
      "+ files /models/acme/Tiny/mmproj.gguf",
      `+ characteristics ${NAME}|vision|gguf`,
      `+ characteristics ${NAME}|context|gguf`,
      `+ shapes ${NAME}`,
    ]);
    const row = rowOf(decided, `discovered:${NAME}`);
    assert.deepEqual(
      ["location", "size_bytes", "capabilities_json", "preview", "description", "metadata_json", "proof"].map(
        (column) => row?.[column],
      ),
      [
        "main",
        7,
        '["vision"]',
        "/models/acme/Tiny/Tiny.png",
        "small",
        '{"triggerWords":["tiny"],"baseModel":"acme/Base"}',
        "unverified",
      ],
    );
    assert.deepEqual(
      ["sha256", "proof", "identity"].map((column) => rowOf(decided, AT)?.[column]),
      ["a".repeat(64), "unverified", AT],
    );
    const next = after({ disk: there }, decided);
    assert.deepEqual(scanned(next, report("/models", [found])).steps, []);
    assert.deepEqual(scanned(next, report("/models", [found]), { updateExisting: true }).steps, []);
  });

  test("a known one is left alone, or refreshed where that was asked for: what a person said stays", () => {
    const world: FakeWorld = {
      entries: [
        entry("mine", {
          path: AT,
          display_name: "My own",
          notes: "n",
          roles_json: '["chat"]',
          metadata_json: '{"baseModel":"b"}',
          capabilities_json: '["singing","tools"]',
        }),
      ],
      files: [fileRow(AT, "mine", { size_bytes: 4, sha256: "b".repeat(64), proof: "sha256" })],
      characteristics: [
        { key: "mine|tools|gguf", entry: "mine", name: "tools", value_json: "true", source: "gguf", confidence: 1 },
        {
          key: "mine|vision|person",
          entry: "mine",
          name: "vision",
          value_json: "true",
          source: "person",
          confidence: 1,
        },
      ],
      disk: there,
    };
    const characteristics = [{ name: "tools", value: false, source: "template", confidence: 1 } as const];
    const gguf = [{ name: "context", value: 1, source: "gguf", confidence: 1 } as const];
    const found = report("/models", [
      foundModel(AT, { characteristics: [...characteristics, ...gguf], triggerWords: ["t"], baseModel: "other" }),
    ]);
    assert.deepEqual(scanned(world, found).steps, []);
    const decided = scanned(world, found, { updateExisting: true });
    assert.deepEqual(deeds(decided), [
      "~ entries discovered:mine",
      `~ files ${AT}`,
      "- characteristics mine|tools|gguf",
      "+ characteristics mine|tools|template",
      "+ characteristics mine|context|gguf",
    ]);
    const row = rowOf(decided, "discovered:mine");
    assert.deepEqual(
      ["display_name", "notes", "roles_json", "metadata_json", "quantization", "capabilities_json"].map(
        (column) => row?.[column],
      ),
      ["My own", "n", '["chat"]', '{"triggerWords":["t"],"baseModel":"b"}', "q4_k_m", '["vision","singing"]'],
    );
    // Size and time are as they were: the proof holds.
    assert.equal(rowOf(decided, AT)?.["proof"], "sha256");
  });

  test("bytes that are others now lose their proof", () => {
    const world: FakeWorld = {
      entries: [entry(NAME, { path: AT, proof: "sha256" })],
      files: [fileRow(AT, NAME, { size_bytes: 9, sha256: "b".repeat(64), proof: "sha256" })],
      disk: there,
    };
    const decided = scanned(world, report("/models", [foundModel(AT)]), { updateExisting: true });
    assert.deepEqual([rowOf(decided, AT)?.["proof"], rowOf(decided, AT)?.["sha256"]], ["unverified", null]);
    assert.equal(rowOf(decided, `discovered:${NAME}`)?.["proof"], "unverified");
  });

  test("a locked one stays as it is, and says so where it would change", () => {
    const world = { entries: [entry("mine", { path: AT, locked: 1 })], disk: there };
    const decided = scanned(world, report("/models", [foundModel(AT)]), { updateExisting: true });
    assert.deepEqual(decided.steps, []);
    assert.deepEqual(kept(decided), { mine: "it is locked" });
    assert.deepEqual(kept(scanned(world, report("/models", [foundModel(AT)]))), {});
  });

  test("an unassigned entry of the same files moves to the back end, with all that belongs to it", () => {
    const old = "tiny-gguf-q4_k_m";
    const world: FakeWorld = {
      entries: [
        entry(old, { backend: "unassigned", path: AT, roles_json: '["chat"]' }),
        entry(old, { backend: "unassigned", layer: "curated", notes: "mine" }),
      ],
      files: [fileRow(AT, old, { size_bytes: 4 })],
      characteristics: [
        { key: `${old}|tools|person`, entry: old, name: "tools", value_json: "true", source: "person", confidence: 1 },
      ],
      shapes: [{ entry: old, body_json: "{}" }],
      disk: there,
    };
    const decided = scanned(world, report("/models", [foundModel(AT)]));
    const next = after(world, decided);
    assert.deepEqual(
      next.entries?.map((row) => [row["key"], row["backend"], row["roles_json"], row["notes"]]),
      [
        [`discovered:${NAME}`, "llama.cpp", '["chat"]', null],
        [`curated:${NAME}`, "llama.cpp", "[]", "mine"],
      ],
    );
    assert.deepEqual(
      [...(next.files ?? []), ...(next.characteristics ?? []), ...(next.shapes ?? [])].map((row) => row["entry"]),
      [NAME, NAME, NAME],
    );
    assert.deepEqual(scanned(next, report("/models", [foundModel(AT)])).steps, []);
  });

  const namesAfter = (world: FakeWorld, ...found: readonly StoreReport[]): readonly unknown[] =>
    (after(world, scan.decide(surveyed(world, ...found), v.parse(scan.options, {}))).entries ?? []).map(
      (row) => row["name"],
    );

  test("two things of one name are told apart by owner, by place, or by a number", () => {
    const [one, two] = ["/models/a/Tiny/t.gguf", "/models/b/Tiny/t.gguf"];
    const disk = { [one]: { size: 4, identity: "1" }, [two]: { size: 4, identity: "2" } };
    const by = (path: string, owner: string) =>
      foundModel(path, {
        files: [foundFile(path, 4, { identity: path })],
        source: { provider: "huggingface", reference: `${owner}/Tiny` },
      });
    assert.deepEqual(namesAfter({ disk }, report("/models", [by(one, "a"), by(two, "b")])), [
      NAME,
      "b-tiny-llama.cpp-gguf-q4_k_m",
    ]);
    assert.deepEqual(
      namesAfter({ disk }, report("/models", [foundModel(one), foundModel(two), foundModel("/models/c")])),
      [NAME, "main-tiny-llama.cpp-gguf-q4_k_m", "tiny-2-llama.cpp-gguf-q4_k_m"],
    );
    const lm = foundModel("/lm/a/Tiny/t.gguf", { store: "lmstudio" });
    assert.deepEqual(
      namesAfter({ disk }, report("/models", [foundModel(one)]), report("/lm", [lm], { store: "lmstudio" })),
      [NAME, "lm-studio-tiny-llama.cpp-gguf-q4_k_m"],
    );
  });

  test("one file by two names below one root is one entry; below two roots each has its own", () => {
    const link = "/models/links/Tiny.gguf";
    const world: FakeWorld = {
      entries: [entry(NAME, { path: AT })],
      files: [fileRow(AT, NAME, { size_bytes: 4 })],
      disk: { ...there, [link]: { link: AT } },
    };
    const twin = foundModel(link, { family: "Other", files: [foundFile(link, 4, { identity: AT })] });
    const decided = scanned(world, report("/models", [foundModel(AT), twin]));
    assert.deepEqual(decided.steps, []);
    assert.deepEqual(findingsOf(decided), [`skipped ${link}`]);
    assert.equal(scanned(world, report("/models/links", [twin])).steps.length > 0, true);
  });

  test("a curated entry alone gets what was found over it; a discovered one without a file only where asked", () => {
    const found = report("/models", [foundModel(AT)]);
    const curated = {
      entries: [entry(NAME, { layer: "curated", notes: "mine", display_name: "My own" })],
      disk: there,
    };
    const row = rowOf(scanned(curated, found), `discovered:${NAME}`);
    assert.deepEqual([row?.["notes"], row?.["display_name"], row?.["path"]], ["mine", "My own", AT]);
    const logical = { entries: [entry(NAME)], disk: there };
    assert.deepEqual(findingsOf(scanned(logical, found)), [`skipped ${AT}`]);
    assert.deepEqual(scanned(logical, found).steps, []);
    assert.equal(rowOf(scanned(logical, found, { updateExisting: true }), `discovered:${NAME}`)?.["path"], AT);
  });

  test("what is found over a curated entry keeps where it came from and what it is served as", () => {
    const said = {
      source_provider: "huggingface",
      source_reference: "acme/Tiny",
      source_revision: "c0ffee",
      downloaded_at: "2026-01-01T00:00:00.000Z",
      served_model_id: "tiny-chat",
    };
    const curated = { entries: [entry("mine", { layer: "curated", path: AT, ...said })], disk: there };
    const row = rowOf(scanned(curated, report("/models", [foundModel(AT)])), "discovered:mine");
    assert.deepEqual(Object.fromEntries(Object.keys(said).map((column) => [column, row?.[column]])), said);
  });

  test("another owner's model does not take the place of one of the same name that is gone", () => {
    const from = { source_provider: "huggingface", source_reference: "acme/Tiny" };
    const world = { entries: [entry(NAME, { path: "/models/gone.gguf", ...from })], disk: there };
    const found = foundModel(AT, { source: { provider: "huggingface", reference: "other/Tiny" } });
    const decided = scanned(world, report("/models", [found]), { updateExisting: true });
    assert.equal(rowOf(decided, `discovered:${NAME}`), undefined);
    assert.equal(rowOf(decided, `discovered:other-${NAME}`)?.["path"], AT);
  });

  test("files that are of another commit now are said to be of that one", () => {
    const from = { source_provider: "huggingface", source_reference: "acme/Tiny", source_revision: "old" };
    const world: FakeWorld = {
      entries: [entry(NAME, { path: AT, ...from })],
      files: [fileRow(AT, NAME, { size_bytes: 9 })],
      disk: there,
    };
    const source = { provider: "huggingface", reference: "acme/Tiny", revision: "new" } as const;
    const decided = scanned(world, report("/models", [foundModel(AT, { source })]), { updateExisting: true });
    assert.equal(rowOf(decided, `discovered:${NAME}`)?.["source_revision"], "new");
  });

  test("testing entries are left out unless they are asked for", () => {
    const world = { disk: there, testingPatterns: ["tiny-*"] };
    const found = report("/models", [foundModel(AT)]);
    assert.deepEqual(scanned(world, found).steps, []);
    assert.equal(scanned(world, found, { includeTesting: true }).steps.length > 0, true);
  });

  test("what is gone below the root is told and not touched; what is away is not gone", () => {
    const world: FakeWorld = {
      entries: [
        entry("gone", { path: "/models/gone.gguf" }),
        entry("away", { path: "/usb/away.gguf" }),
        entry("elsewhere", { path: "/home/x.gguf" }),
      ],
      locations: { main: "/models", usb: "/usb" },
      offline: ["/usb"],
    };
    const decided = scanned(world, report("/models", []));
    assert.deepEqual(decided.steps, []);
    assert.deepEqual(findingsOf(decided), ["missing gone"]);
  });

  test("a file that another entry has stays that entry's", () => {
    const mmproj = "/models/acme/Tiny/mmproj.gguf";
    const world: FakeWorld = {
      entries: [entry("other", { path: "/models/o.gguf" })],
      files: [fileRow(mmproj, "other", { size_bytes: 3 }), fileRow("/models/acme/Tiny/config.json", "nobody")],
      disk: { ...there, "/models/o.gguf": { size: 1 }, [mmproj]: { size: 3 } },
    };
    const files = [AT, mmproj, "/models/acme/Tiny/config.json"].map((path) => foundFile(path));
    const next = after(world, scanned(world, report("/models", [foundModel(AT, { files })])));
    assert.deepEqual(
      next.files?.map((row) => row["entry"]),
      ["other", NAME, NAME].toSorted((one) => (one === "other" ? -1 : 1)),
    );
  });

  test("reads the locations, one of them by its name, or a folder", () => {
    const roots = (base?: string) => scan.wants(v.parse(scan.options, { base }), places).stores;
    assert.deepEqual(roots(), [
      { store: "folder", root: "/models" },
      { store: "folder", root: "/usb" },
    ]);
    assert.deepEqual(roots("usb"), [{ store: "folder", root: "/usb" }]);
    assert.deepEqual(roots("/home/me/"), [{ store: "folder", root: "/home/me" }]);
    assert.throws(
      () => roots("man"),
      (error) => isFault(error, "notFound") && error.fault.near?.[0] === "main",
    );
    assert.deepEqual(importLmStudio.wants({ updateExisting: false }, places), {
      stores: [{ store: "lmstudio", root: "/lm" }],
    });
  });
});

suite("an import of Ollama", () => {
  const BLOB = "/ollama/blobs/sha256-1";
  const llama = foundModel(BLOB, {
    store: "ollama",
    family: "llama-1b",
    backend: "ollama",
    displayName: "llama 1b",
    servedModelId: "llama:1b",
  });
  const NAMED = "llama-1b-ollama-gguf-q4_k_m";
  const store = (...models: readonly (typeof llama)[]) => report("/ollama", models, { store: "ollama" });
  const disk = { [BLOB]: { size: 4, identity: BLOB } };

  test("adds each manifest, also where two have the same blob, and refreshes what is known", () => {
    const latest = { ...llama, family: "llama-latest", servedModelId: "llama:latest" };
    const decided = ollamaImport(surveyed({ disk }, store(llama, latest)));
    const next = after({ disk }, decided);
    assert.deepEqual(
      next.entries?.map((row) => [row["name"], row["served_model_id"], row["path"], row["location"]]),
      [
        [NAMED, "llama:1b", BLOB, "ollama"],
        ["llama-latest-ollama-gguf-q4_k_m", "llama:latest", BLOB, "ollama"],
      ],
    );
    assert.deepEqual(ollamaImport(surveyed(next, store(llama, latest))).steps, []);
    const pulled = "/ollama/blobs/sha256-2";
    const anew = { ...llama, path: pulled, files: [foundFile(pulled)] };
    const world = { ...next, disk: { ...disk, [pulled]: { size: 4, identity: pulled } } };
    const again = after(world, ollamaImport(surveyed(world, store(anew, latest))));
    assert.deepEqual(
      again.entries?.map((row) => row["path"]),
      [pulled, BLOB],
    );
  });

  test("marks placeholders of the same models deprecated where asked, but not those that are locked", () => {
    const world: FakeWorld = {
      entries: [
        entry("old", { backend: "ollama", served_model_id: "llama:1b" }),
        entry("held", { backend: "ollama", path: "ollama://llama:1b", locked: 1 }),
        entry("another", { backend: "ollama", served_model_id: "other:1" }),
      ],
      disk,
    };
    assert.equal(
      deeds(ollamaImport(surveyed(world, store(llama)))).some((line) => line.startsWith("~")),
      false,
    );
    const decided = ollamaImport(surveyed(world, store(llama)), { deprecatePlaceholders: true });
    assert.ok(inWords(decided).includes("~ entries discovered:old deprecated=1"));
    assert.deepEqual(kept(decided), { held: "it is locked" });
  });

  test("takes the back end and the place it is told", () => {
    const row = rowOf(
      ollamaImport(surveyed({ disk }, store(llama)), { backend: "llama.cpp", location: "box" }),
      "discovered:llama-1b-llama.cpp-gguf-q4_k_m",
    );
    assert.equal(row?.["location"], "box");
  });

  test("takes a server's list where there is no store, and does not talk over a path that is known", () => {
    const models = new Map([["llama:1b", { blobs: [], manifest: "", sizeBytes: 9 }]]);
    const survey = (world: FakeWorld): Survey => ({
      ...surveyOf(world),
      ollama: { root: undefined, serverRuns: true, models },
    });
    const next = after({}, ollamaImport(survey({})));
    assert.deepEqual(
      next.entries?.map((row) => [row["path"], row["size_bytes"], row["served_model_id"]]),
      [["ollama://llama:1b", 9, "llama:1b"]],
    );
    assert.deepEqual(ollamaImport(survey(next)).steps, []);
    const known = { entries: [entry("mine", { backend: "ollama", served_model_id: "llama:1b", path: BLOB })], disk };
    const [row] = after(known, ollamaImport(survey(known))).entries ?? [];
    assert.deepEqual([row?.["name"], row?.["path"]], ["mine", BLOB]);
    assert.deepEqual(importOllama.wants(v.parse(importOllama.options, {}), { ...places, ollama: [] }), {
      ollama: true,
    });
  });
});
