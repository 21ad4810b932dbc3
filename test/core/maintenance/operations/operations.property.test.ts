import assert from "node:assert/strict";
import * as fc from "fast-check";
import * as v from "valibot";
import type { FileHead } from "../../../../src/core/identify/head.ts";
import { allOperations } from "../../../../src/core/maintenance/operations/all.ts";
import type { Operation } from "../../../../src/core/maintenance/operation.ts";
import type { Row } from "../../../../src/core/ports/database.ts";
import { operations } from "../../../../src/core/protocol/maintenance.ts";
import type { FoundModel, StoreKind, StoreReport } from "../../../../src/core/stores/found.ts";
import { mendable } from "../../../../src/core/maintenance/operations/doctor.ts";
import type { Survey } from "../../../../src/core/maintenance/plan.ts";
import { type FakeItem, type FakeWorld, after, entry, fileRow, parentOf, surveyOf } from "./survey.ts";

const names = ["a", "b", "c", "d", "e"];
const name = fc.constantFrom(...names);
const HF = "/models/models--o--r";
const paths = [
  "/models/o/r/1.gguf",
  "/models/o/r/2.gguf",
  "/models/o/link.gguf",
  "/models/out/x.gguf",
  "/models/o",
  `${HF}/snapshots/1/w`,
  `${HF}/snapshots/2/w`,
  `${HF}/blobs/b`,
  "/usb/away.gguf",
  "/home/own.gguf",
  "/models/../home/own.gguf",
  "/ollama/blobs/m1",
  "/ollama/blobs/m2",
  "ollama://m1:1",
];
const path = fc.constantFrom(...paths);

const row = fc
  .record({
    name,
    layer: fc.constantFrom("curated", "discovered"),
    family: fc.constantFrom("f", "g"),
    backend: fc.constantFrom("llama.cpp", "ollama"),
    path: fc.option(path),
    served_model_id: fc.option(fc.constantFrom("m1:1", "m2:1", "m3")),
    format: fc.constantFrom(null, "gguf"),
    size_bytes: fc.option(fc.nat(9)),
    downloaded_at: fc.constantFrom(null, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
    deprecated: fc.nat(1),
    locked: fc.constantFrom(0, 0, 0, 1),
    roles_json: fc.constantFrom("[]", '["chat"]', '["chat","ocr"]', "torn"),
    role_priority_json: fc.constantFrom("{}", '{"chat":3}'),
  })
  .map(({ name, ...more }) => entry(name, more));

const byKey = (key: string) => ({ selector: (one: Row) => one[key], maxLength: 8 });
const files = fc.uniqueArray(
  fc
    .tuple(path, name)
    .map(([at, owner]) => fileRow(at, owner, { identity: "own", size_bytes: 4, sha256: "a".repeat(64) })),
  byKey("path"),
);

const file = fc.record({
  size: fc.constant(4),
  identity: fc.constantFrom("own", "i1", "i2"),
  elsewhere: fc.constantFrom(0, 0, 1),
});
const disk = fc
  .record(
    {
      "/models/o/r/1.gguf": file,
      "/models/o/r/2.gguf": file,
      "/models/o/link.gguf": fc.constantFrom<FakeItem>({ link: "/models/o/r/1.gguf" }, { link: "/models/o" }),
      "/models/out": fc.constant<FakeItem>({ link: "/home" }),
      "/models/empty/r": fc.constant<FakeItem>("folder"),
      [`${HF}/snapshots/1/w`]: fc.constant<FakeItem>({ link: `${HF}/blobs/b` }),
      [`${HF}/snapshots/2/w`]: fc.constant<FakeItem>({ link: `${HF}/blobs/b` }),
      [`${HF}/blobs/b`]: file,
      "/home/own.gguf": file,
      "/home/x.gguf": file,
      "/ollama/manifests/m1:1": file,
      "/ollama/manifests/m2:1": file,
      "/ollama/blobs/m1": file,
      "/ollama/blobs/m2": file,
      "/ollama/blobs/t": file,
    },
    { requiredKeys: [] },
  )
  // An identity is that of one file; hard links are made on purpose, below one folder.
  .map((items) =>
    Object.fromEntries(
      Object.entries(items).flatMap(([at, item]): (readonly [string, FakeItem])[] => {
        if (item === undefined) return [];
        const own = typeof item === "object" && "size" in item && !/\/\d\.gguf$|own/.test(at);
        return [[at, own ? { ...item, identity: at } : item]];
      }),
    ),
  );

const world: fc.Arbitrary<FakeWorld> = fc.record(
  {
    entries: fc.uniqueArray(row, byKey("key")),
    files,
    disk,
    offline: fc.constant(["/usb"]),
    locations: fc.constant({ main: "/models", usb: "/usb" }),
    weightsRoot: fc.constantFrom("/models/o", "/models"),
    ollama: fc.record({
      root: fc.constant("/ollama"),
      serverRuns: fc.boolean(),
      models: fc.constant({ "m1:1": ["m1", "t"], "m2:1": ["m2", "t"] }),
    }),
    backup: fc.uniqueArray(row, byKey("key")),
    noTrash: fc.subarray(["/models"]),
  },
  { requiredKeys: ["entries", "files", "disk", "offline", "locations", "weightsRoot"] },
);

const model = fc.record(
  {
    path,
    family: fc.constantFrom("f", "g", "a"),
    backend: fc.constantFrom("llama.cpp" as const, "mlx" as const, "unassigned" as const),
    quantization: fc.constantFrom("Q4_K_M", "Q8_0"),
    vision: fc.boolean(),
    layers: fc.nat(3),
    owner: fc.constantFrom("o", "p"),
  },
  { requiredKeys: ["path", "family", "backend"] },
);
type Model = typeof model extends fc.Arbitrary<infer One> ? One : never;

/** What a reader would tell of those of the models that are there. */
function reportOf(survey: Survey, root: string, store: StoreKind, models: readonly Model[]): StoreReport {
  const found = models.flatMap((one): readonly FoundModel[] => {
    const facts = survey.disk.get(one.path);
    const end = facts?.kind === "link" ? survey.disk.get(facts.real) : facts;
    if (end?.kind !== "file" || !one.path.startsWith(`${root}/`)) return [];
    const { size, modified, identity } = end.seen;
    return [
      {
        store,
        family: one.family,
        displayName: one.family.toUpperCase(),
        backend: store === "ollama" ? "ollama" : one.backend,
        format: "gguf",
        ...(one.quantization !== undefined && { quantization: one.quantization }),
        path: one.path,
        files: [{ path: one.path, sizeBytes: size, modified, identity }],
        ...(store === "ollama" && { servedModelId: `${one.path.slice(-2)}:1` }),
        ...(one.owner !== undefined && { source: { provider: "huggingface", reference: `${one.owner}/r` } }),
        characteristics: [
          { name: "vision", value: one.vision ?? true, source: "gguf", confidence: 1 },
          ...(one.layers === undefined
            ? []
            : [{ name: "layers", value: one.layers, source: "gguf", confidence: 1 } as const]),
        ],
        ...(one.layers !== undefined && { shape: { architecture: "llama", layers: one.layers } }),
      },
    ];
  });
  return { store, root, models: found, problems: [], folders: 1, unchanged: 0, files: found.length };
}

const headOf = ({ quantization = "Q8_0", layers = 1 }: Model): FileHead => ({
  format: "gguf",
  kind: "model",
  quantization,
  characteristics: [{ name: "layers", value: layers, source: "gguf", confidence: 1 }],
  shape: { architecture: "llama", layers },
});

/** Everything that is a file is hashed, and equal or not as chance has it; what lies about is what no link leads to. */
const further = fc
  .record({ odd: fc.constantFrom("a", "b"), hard: fc.boolean(), models: fc.array(model, { maxLength: 6 }) })
  .map(({ odd, hard, models }) => (survey: Survey): Partial<Survey> => {
    const found = [...survey.disk].flatMap(([at, facts]) => (facts.kind === "file" ? [[at, facts.seen] as const] : []));
    const linked = new Set(survey.links?.values());
    const folders = found.map(([at]) => parentOf(at));
    return {
      found: [reportOf(survey, "/models", "folder", models), reportOf(survey, "/ollama", "ollama", models)],
      heads: new Map(
        models.filter(({ quantization }) => quantization !== undefined).map((one) => [one.path, headOf(one)]),
      ),
      sameSize: found.map(([at, { size: sizeBytes, modified, identity }]) => ({
        path: at,
        sizeBytes,
        modified,
        identity,
      })),
      digests: new Map(found.map(([at, { identity }]) => [at, (identity.includes(odd) ? "a" : "b").repeat(64)])),
      linkable: new Map(folders.map((at) => [at, { device: "1", hard, symbolic: true, clone: false }])),
      litter: {
        roots: ["/models", "/ollama"],
        partials: new Map(),
        blobs: new Map(found.filter(([at]) => /\/blobs\//.test(at) && !linked.has(at))),
        dangling: new Map(),
        odd: new Map(),
        problems: new Map(),
      },
    };
  });

const verdict = fc.constantFrom("ok", "missing", "changed");
const optionsOf: Readonly<Record<(typeof operations)[number], fc.Arbitrary<object>>> = {
  scan: fc.record({ updateExisting: fc.boolean() }),
  importOllama: fc.record({ deprecatePlaceholders: fc.boolean() }),
  importLmStudio: fc.record({ updateExisting: fc.boolean() }),
  importHuggingFaceCache: fc.constant({}),
  importInvokeAI: fc.constant({}),
  importComfyUI: fc.record({ updateExisting: fc.boolean() }),
  normalize: fc.record({ rebuild: fc.boolean(), pruneMissing: fc.boolean() }),
  purgeDeprecated: fc.record({ placeholdersOnly: fc.boolean() }),
  purgeLogicalOnly: fc.record({ includeCurated: fc.boolean() }),
  purgeHuggingFace: fc.constant({}),
  resetDiscovered: fc.record({ backend: fc.constantFrom("all", "ollama") }),
  pruneDuplicates: fc.constant({}),
  restoreOllama: fc.record({ includeDeprecated: fc.boolean() }),
  backfillOllamaPaths: fc.record({ setFormat: fc.boolean() }),
  remove: fc.record({
    names: fc.subarray(names, { minLength: 1 }),
    mode: fc.constantFrom("metadata", "files", "purge"),
  }),
  tidyFolders: fc.constant({ root: "/models" }),
  relink: fc.constant({}),
  shareFiles: fc.record({ kind: fc.constantFrom("auto", "hard", "symbolic") }),
  doctor: fc.record({ mend: fc.subarray([...mendable]) }),
  fixMissing: fc.record({ files: fc.array(fc.record({ entry: name, path, verdict })) }),
};

/** Without names that no entry has: they are refused. */
function fitting(options: object, { entries = [] }: FakeWorld): object | undefined {
  if (!("mode" in options) || !("names" in options) || !Array.isArray(options.names)) return options;
  const left = options.names.filter((one) => entries.some((row) => row["name"] === one));
  return left.length === 0 ? undefined : { ...options, names: left };
}

const decide = (operation: Operation, given: FakeWorld, options: object) =>
  operation.decide(seenBy(operation, surveyOf(given)), v.parse(operation.options, options));

/** Of the stores only what an operation asks for. */
function seenBy({ name }: Operation, survey: Survey): Survey {
  const wanted: StoreKind = name === "importOllama" ? "ollama" : "folder";
  const { ollama, ...rest } = survey;
  const found = survey.found?.filter(({ store }) => store === wanted) ?? [];
  return name === "importOllama" ? { ...rest, found } : { ...rest, ...(ollama && { ollama }), found };
}

const rounds: Readonly<Partial<Record<(typeof operations)[number], number>>> = { doctor: 4, normalize: 1 };

suite("every operation, whatever the world", () => {
  test("is in the list once, under its name", () => {
    assert.deepEqual(allOperations.map((one) => one.name).toSorted(), operations.toSorted());
  });

  for (const operation of allOperations)
    test(`${operation.name} keeps to the rules`, () => {
      fc.assert(
        fc.property(world, further, optionsOf[operation.name], (plain, more, wanted) => {
          const given = { ...plain, more };
          const options = fitting(wanted, given);
          if (options === undefined) return;
          const survey = surveyOf(given);
          const before = JSON.stringify(given);
          const decided = decide(operation, given, options);
          assert.equal(JSON.stringify(given), before);

          const locked = new Set((given.entries ?? []).filter((row) => row["locked"] === 1).map((row) => row["name"]));
          const touched = new Set<string>();
          for (const step of decided.steps) {
            const what = step.kind === "row" ? `${step.table} ${step.key}` : JSON.stringify(step);
            assert.ok(!touched.has(what), `${what} twice`);
            touched.add(what);
            if (step.kind === "row") {
              const owner = step.before?.[step.table === "entries" ? "name" : "entry"];
              assert.ok(!locked.has(owner ?? ""), `${step.key} is locked`);
              assert.notDeepEqual(step.before, step.after);
            } else if (step.kind === "trash" || step.kind === "delete") {
              assert.match(step.path, /^\/(models|ollama|home)\/(?!.*\.\.)/);
              assert.ok(step.kind === "delete" || step.path.startsWith(`${step.root}/`), step.path);
              assert.doesNotMatch(step.path, /^\/models\/out\//);
              if (step.path.startsWith("/home")) assert.equal(step.seen.identity, "own");
              for (const row of given.entries ?? [])
                if (row["path"] === step.path) assert.ok(!locked.has(row["name"] ?? ""), `${step.path} is locked`);
              const facts = survey.disk.get(step.path);
              if (facts?.kind === "file") assert.deepEqual(step.seen, facts.seen);
            }
          }
          // Every row is as the survey has it, every path is there: `after` throws else.
          const next = after(given, decided);
          // One cure of the doctor may stand in the way of another, which comes the next time; and a curated entry that
          // shows again is normalized then.
          let settled = next;
          for (let more = rounds[operation.name] ?? 0; more > 0; more -= 1)
            settled = after(settled, decide(operation, settled, options));
          const again = fitting(options, settled);
          if (again !== undefined) assert.deepEqual(decide(operation, settled, again).steps, []);
          // Bytes that somebody else has a name of are still there.
          for (const row of next.entries ?? []) {
            const at = row["path"];
            if (typeof at !== "string" || operation.name === "fixMissing") continue;
            const was = survey.disk.get(at)?.kind;
            if ((was === "file" || was === "link") && row["backend"] !== "ollama")
              assert.notEqual(surveyOf(next).disk.get(at)?.kind, "absent", `${at} of ${row["name"]} is lost`);
          }
        }),
        { numRuns: 300 },
      );
    });
});
