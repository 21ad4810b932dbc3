import assert from "node:assert/strict";
import * as v from "valibot";
import type { FileHead } from "../../../../src/core/identify/head.ts";
import { headsOf, rebuildWants } from "../../../../src/core/maintenance/operations/normalize-wants.ts";
import { normalize } from "../../../../src/core/maintenance/operations/normalize.ts";
import type { Decision, Survey } from "../../../../src/core/maintenance/plan.ts";
import { foundFile, foundModel, report } from "./found.ts";
import { type FakeWorld, after, entry, fileRow, inWords, kept, places, surveyOf } from "./survey.ts";

const AT = "/models/acme/Tiny/tiny.gguf";
const there = { [AT]: { size: 4, identity: AT } } as const;

const head = (more: Partial<FileHead> = {}): FileHead => ({
  format: "gguf",
  kind: "model",
  quantization: "Q4_K_M",
  characteristics: [{ name: "context", value: 4096, source: "gguf", confidence: 1 }],
  shape: { architecture: "llama", layers: 1 },
  ...more,
});

const normalized = (
  world: FakeWorld,
  seen: Partial<Survey> = {},
  options: Readonly<Record<string, unknown>> = {},
): Decision => normalize.decide({ ...surveyOf(world), ...seen }, v.parse(normalize.options, options));
const heads = new Map([[AT, head()]]);

suite("normalize", () => {
  test("sets format and quantization as the header has them, and shows what they were", () => {
    const world = { entries: [entry("tiny", { path: AT, format: null, quantization: "q8_0" })], disk: there };
    assert.deepEqual(inWords(normalized(world, { heads })), [
      "~ entries discovered:tiny format=gguf quantization=q4_k_m",
    ]);
  });

  test("names an entry anew whose quantization was not known, with all that belongs to it", () => {
    const [old, now] = ["tiny-llama.cpp-gguf", "tiny-llama.cpp-gguf-q4_k_m"];
    const world: FakeWorld = {
      entries: [
        entry(old, { family: "tiny", path: AT, roles_json: '["chat"]' }),
        entry(old, { family: "tiny", layer: "curated", notes: "mine" }),
      ],
      files: [fileRow(AT, old, { size_bytes: 4 })],
      characteristics: [
        { key: `${old}|tools|person`, entry: old, name: "tools", value_json: "true", source: "person", confidence: 1 },
      ],
      shapes: [{ entry: old, body_json: "{}" }],
      disk: there,
    };
    const next = after(world, normalized(world, { heads }));
    assert.deepEqual(
      next.entries?.map((row) => [row["key"], row["roles_json"], row["notes"], row["quantization"]]),
      [
        [`discovered:${now}`, '["chat"]', null, "q4_k_m"],
        [`curated:${now}`, "[]", "mine", null],
      ],
    );
    const parts = [...(next.files ?? []), ...(next.characteristics ?? []), ...(next.shapes ?? [])];
    assert.deepEqual(
      parts.map((row) => row["entry"]),
      [now, now, now],
    );
    assert.deepEqual(normalized(next, { heads }).steps, []);
    // Somebody has that name: only the field changes.
    const crowded = { ...world, entries: [...(world.entries ?? []), entry(now, { family: "tiny" })] };
    assert.ok(after(crowded, normalized(crowded, { heads })).entries?.some((row) => row["name"] === old));
  });

  test("names an entry anew that an earlier version named with the dash of a title, where nobody has that name", () => {
    const [old, now] = ["ink-sketch-–-v1-5001-safetensors", "ink-sketch-v1-5001-safetensors"];
    const given = { family: "Ink Sketch – v1@5001", format: "gguf", quantization: "q4_k_m", path: AT };
    const world: FakeWorld = {
      entries: [entry(old, given), entry(old, { layer: "curated", notes: "mine" })],
      files: [fileRow(AT, old, { size_bytes: 4 })],
      disk: there,
    };
    const next = after(world, normalized(world, { heads }));
    assert.deepEqual(
      next.entries?.map((row) => [row["key"], row["notes"]]),
      [
        [`discovered:${now}`, null],
        [`curated:${now}`, "mine"],
      ],
    );
    assert.deepEqual(
      next.files?.map((row) => row["entry"]),
      [now],
    );
    assert.deepEqual(normalized(next, { heads }).steps, []);
    const crowded = { ...world, entries: [...(world.entries ?? []), entry(now)] };
    assert.deepEqual(normalized(crowded, { heads }).steps, []);
    const locked = { ...world, entries: [entry(old, { ...given, locked: 1 })] };
    assert.deepEqual(normalized(locked, { heads }).steps, []);
    assert.deepEqual(
      normalized(locked, { heads }).keptBack.map(({ what }) => what),
      [old],
    );
  });

  test("takes a name for a format only where no header was read, and a header of no format for none", () => {
    const world = { entries: [entry("tiny", { path: AT, format: null })], disk: there };
    assert.deepEqual(inWords(normalized(world, { heads: new Map() })), ["~ entries discovered:tiny format=gguf"]);
    const broken = head({ kind: "unknown", characteristics: [] });
    assert.deepEqual(normalized(world, { heads: new Map([[AT, broken]]) }).steps, []);
  });

  test("what a configuration says of other weights is not talked over by their header", () => {
    const at = "/models/a/model.safetensors";
    const world: FakeWorld = {
      entries: [entry("a", { path: at, format: "mlx", quantization: "4bit", backend: "mlx" })],
      disk: { [at]: { size: 4 } },
    };
    const seen = { heads: new Map([[at, head({ format: "safetensors", quantization: "BF16", characteristics: [] })]]) };
    assert.deepEqual(normalized(world, seen).steps, []);
  });

  const gone: FakeWorld = {
    entries: [
      entry("gone", { path: "/models/gone.gguf" }),
      entry("gone", { layer: "curated", notes: "mine" }),
      entry("away", { path: "/usb/away.gguf" }),
      entry("held", { path: "/models/held.gguf", locked: 1 }),
      entry("logical"),
    ],
    files: [fileRow("/models/gone.gguf", "gone")],
    locations: { main: "/models", usb: "/usb" },
    offline: ["/usb"],
  };

  test("leaves entries alone whose path is gone, and says so; what is away is not gone", () => {
    const decided = normalized(gone);
    assert.deepEqual(decided.steps, []);
    assert.deepEqual(
      decided.findings?.map(({ kind, what }) => `${kind} ${what}`),
      ["missing gone", "missing held"],
    );
    assert.deepEqual(kept(decided), { away: "its drive is not there" });
  });

  test("removes them where asked; the curated entry below shows again, a locked one stays", () => {
    const decided = normalized(gone, {}, { pruneMissing: true });
    assert.deepEqual(inWords(decided), ["- entries discovered:gone"]);
    assert.deepEqual(kept(decided), { away: "its drive is not there", held: "it is locked" });
  });

  test("a locked entry that would change is kept back", () => {
    const world = { entries: [entry("tiny", { path: AT, locked: 1 })], disk: there };
    assert.deepEqual(kept(normalized(world, { heads })), { tiny: "it is locked" });
    assert.deepEqual(normalized(world, { heads }).steps, []);
  });

  test("rebuild takes everything anew as a scan has it, with the checksum", () => {
    const world: FakeWorld = {
      entries: [entry("tiny", { path: AT, quantization: "q4_k_m", size_bytes: 1, proof: "sha256" })],
      files: [
        fileRow(AT, "tiny", { size_bytes: 1, sha256: "a".repeat(64), proof: "sha256" }),
        fileRow("/models/acme/Tiny/old.json", "tiny"),
      ],
      characteristics: [
        { key: "tiny|x|gguf", entry: "tiny", name: "x", value_json: "1", source: "gguf", confidence: 1 },
        { key: "tiny|x|person", entry: "tiny", name: "x", value_json: "1", source: "person", confidence: 1 },
      ],
      disk: there,
    };
    const model = foundModel(AT, {
      files: [foundFile(AT), foundFile("/models/acme/Tiny/config.json", 2)],
      characteristics: head().characteristics,
      shape: { architecture: "llama", layers: 1 },
    });
    const seen = { heads, found: [report("/models", [model])], checksums: new Map([["tiny", "v1:abc"]]) };
    const next = after(world, normalized(world, seen, { rebuild: true }));
    const [row] = next.entries ?? [];
    assert.deepEqual(
      [row?.["size_bytes"], row?.["proof"], row?.["metadata_json"]],
      [6, "unverified", '{"download_directory_checksum":"v1:abc"}'],
    );
    assert.deepEqual(
      next.files?.map((file) => [file["path"], file["proof"]]),
      [
        [AT, "unverified"],
        ["/models/acme/Tiny/config.json", "unverified"],
      ],
    );
    assert.deepEqual(
      next.characteristics?.map((one) => one["key"]),
      ["tiny|x|person", "tiny|context|gguf"],
    );
    assert.equal(next.shapes?.length, 1);
    assert.deepEqual(normalized(next, seen, { rebuild: true }).steps, []);
  });

  test("rebuild of what no scan finds goes by its header and its files", () => {
    const blob = `/ollama/blobs/sha256-${"a".repeat(64)}`;
    const world: FakeWorld = {
      entries: [entry("m", { path: blob, backend: "ollama", format: null, size_bytes: 9 })],
      files: [fileRow(blob, "m", { size_bytes: 9 })],
      disk: { [blob]: { size: 4, identity: blob } },
    };
    const next = after(world, normalized(world, { heads: new Map([[blob, head()]]), found: [] }, { rebuild: true }));
    const [row] = next.entries ?? [];
    assert.deepEqual([row?.["format"], row?.["size_bytes"], row?.["backend"]], ["gguf", 4, "ollama"]);
    assert.equal(next.files?.[0]?.["size_bytes"], 4);
    assert.equal(next.characteristics?.[0]?.["key"], "m|context|gguf");
  });

  test("asks for the headers of weights and projectors, and to rebuild for whole locations and for folders outside", () => {
    const mmproj = "/models/acme/Tiny/mmproj-f16.gguf";
    const stray = "/home/me/one.gguf";
    const blob = `/ollama/blobs/sha256-${"a".repeat(64)}`;
    const rows = surveyOf({
      entries: [entry("tiny", { path: AT }), entry("stray", { path: stray }), entry("o", { path: blob })],
      files: [fileRow(AT, "tiny"), fileRow(mmproj, "tiny"), fileRow("/models/acme/Tiny/config.json", "tiny")],
      disk: { ...there, [mmproj]: { size: 1 }, [stray]: { size: 1 }, [blob]: { size: 1 } },
    });
    assert.deepEqual(headsOf(rows), [AT, mmproj, stray, blob]);
    const { stores, checksums } = rebuildWants(places);
    assert.ok(typeof stores === "function");
    assert.deepEqual(stores(rows), [
      { store: "folder", root: "/models", afresh: true },
      { store: "folder", root: "/home/me", afresh: true },
    ]);
    assert.deepEqual([...(checksums?.(rows) ?? [])], [["tiny", [AT, mmproj]]]);
  });
});
