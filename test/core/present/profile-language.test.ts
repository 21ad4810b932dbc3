import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as fc from "fast-check";
import { hoverAt, suggestionsAt } from "../../../src/core/present/profile-language/help.ts";
import { modelPaths, modelValueAt } from "../../../src/core/present/profile-language/model-paths.ts";
import { pathAt, placesOf } from "../../../src/core/present/profile-language/places.ts";
import { parseDeckYaml } from "../../../src/core/serving/yaml/parse-deck-yaml.ts";
import { deckSchema } from "../../../src/core/serving/yaml/deck-schema.ts";
import { anEntry } from "../../support/samples.ts";
import { schemaFile } from "../../support/deck-schema.ts";

const YAML = `defaults:
  context: 8192
profiles:
  base:
    env:
      A: 1
  "my-model": # note
    model: a.gguf
    extends: ba
    
  flow: { model: b }
`;
const labels = (text: string, line: number, column: number, kind: "conf" | "yaml" = "yaml"): readonly string[] =>
  suggestionsAt(text, line, column, kind).map(({ label }) => label);

suite("the editor's help for profile files", () => {
  test("a key that stands in the block already is not offered again, above or below the line", () => {
    const text =
      "profiles:\n  a:\n    model: x\n    env:\n      group: 1\n\n    # words\n    ttl: 5m\n  b:\n    name: B\n";
    const offered = labels(text.replace("\n\n", "\n    \n"), 5, 4);
    assert.deepEqual(
      ["model", "env", "ttl"].filter((key) => offered.includes(key)),
      [],
    );
    assert.ok(offered.includes("group") && offered.includes("name"), offered.join());
  });

  test("profiles are found by a look at the lines", () => {
    assert.deepEqual(placesOf(YAML, "yaml"), [
      { id: "base", line: 3 },
      { id: "my-model", line: 6 },
      { id: "flow", line: 10 },
    ]);
    assert.deepEqual(placesOf("# [no]\n[a]\nMODEL=[b]\n [c-d] \n", "conf"), [
      { id: "a", line: 1 },
      { id: "c-d", line: 3 },
    ]);
    assert.deepEqual(pathAt(YAML.split("\n"), 5), ["profiles", "base", "env", "A"]);
  });

  test("the light look finds what the parser finds", () => {
    const id = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 5 }), fc.constantFrom("\n", "\r\n"), (ids, end) => {
        const text = [
          "# top",
          "profiles:",
          ...ids.flatMap((one) => [`  ${one}:`, "    model: x", "    args:", "      - a"]),
        ].join(end);
        assert.deepEqual(
          placesOf(text, "yaml").map(({ id, line }) => [id, line + 1]),
          [...parseDeckYaml(text).profiles].map(([one, { line }]) => [one, line]),
        );
      }),
    );
  });

  test("keys and values are offered where they may stand", () => {
    assert.deepEqual(labels("", 0, 0), ["defaults", "backends", "profiles"]);
    assert.ok(labels(YAML, 9, 4).includes("context"));
    assert.ok(labels("profiles:\n  a:\n    ", 2, 4).includes("model"));
    assert.ok(!labels("defaults:\n  ", 1, 2).includes("model"));
    assert.ok(labels("defaults:\n  ", 1, 2).includes("context"));
    assert.deepEqual(labels(YAML, 8, 15), ["base", "flow"]);
    assert.deepEqual(labels("profiles:\n  a:\n    runtime: ", 2, 13), ["container", "process"]);
    assert.ok(labels("[a]\nMO", 1, 2, "conf").includes("MODEL"));
    assert.deepEqual(labels("[a]\nMODEL=x", 1, 7, "conf"), []);
  });

  test("a key that its section has already is not offered again", () => {
    const text = "[a]\nNAME=x\nM\nSPEED=1\n[b]\nMODEL=y\n";
    assert.deepEqual(labels(text, 2, 1, "conf"), [
      "MODEL",
      "CTX_SIZE",
      "N_GPU_LAYERS",
      "FIT",
      "FIT_TARGET",
      "EXTRA_ARGS",
      "ROUTER",
      "DESCRIPTION",
    ]);
  });

  test("a key tells what it means, a value does not", () => {
    assert.match(hoverAt(YAML, 7, 5, "yaml") ?? "", /^\*\*model\*\*/);
    assert.equal(hoverAt(YAML, 7, 14, "yaml"), undefined);
    assert.match(hoverAt("EXTRA_ARGS=-x", 0, 3, "conf") ?? "", /Split at blanks only/);
    assert.equal(hoverAt("OTHER=-x", 0, 3, "conf"), undefined);
  });

  test("the schema that is shipped is made of the same table", async () =>
    assert.deepEqual(JSON.parse(await readFile(schemaFile, "utf8")), deckSchema(), "node test/support/deck-schema.ts"));

  const models = [
    anEntry({ path: "/models/acme/tiny/tiny-Q4_K_M.gguf", displayName: "Tiny", sizeBytes: 4_900_000_000 }),
    anEntry({ path: "/models/qwen/Qwen3-8B: it.gguf", displayName: "Qwen3 8B" }),
    anEntry({ path: "/elsewhere/qwen3-30b.gguf", displayName: "Qwen3 30B" }),
    anEntry({ path: "/models/flux.safetensors", displayName: "Flux" }),
  ];
  const inserts = (text: string, kind: "conf" | "yaml"): readonly string[] => {
    const lines = text.split("\n");
    const value = modelValueAt(text, lines.length - 1, lines.at(-1)?.length ?? 0, kind);
    return value ? modelPaths(models, "/models", value, kind).map(({ insert }) => insert) : [];
  };

  test("a profile's model is offered by its path, below the root where it lies there, the likeliest first", () => {
    const [tiny, qwen8, qwen30] = ["acme/tiny/tiny-Q4_K_M.gguf", "qwen/Qwen3-8B: it.gguf", "/elsewhere/qwen3-30b.gguf"];
    assert.deepEqual(inserts("[tiny]\nMODEL=", "conf"), [tiny, qwen30, qwen8]);
    assert.deepEqual(inserts("[a]\n MODEL = qwen3 8", "conf"), [qwen8, qwen30, tiny]);
    assert.deepEqual(inserts("profiles:\n  qwen3-8b:\n    model: ", "yaml"), [`'${qwen8}'`, qwen30, tiny]);
    const [first] = modelPaths(models, "/models/", { from: 6, typed: '"ti', profile: "a" }, "yaml");
    assert.deepEqual(first, { path: tiny, insert: tiny, filter: `"${tiny} Tiny`, name: "Tiny", size: "4.9 GB" });
  });

  test("no path is offered where no profile's model is named", () => {
    assert.deepEqual(inserts("MODEL=", "conf"), []);
    assert.deepEqual(inserts("[a]\n#MODEL=", "conf"), []);
    assert.deepEqual(inserts("[a]\nNAME=MODEL=", "conf"), []);
    assert.deepEqual(inserts("defaults:\n  model: ", "yaml"), []);
    assert.deepEqual(inserts("profiles:\n  a:\n    env:\n      model: ", "yaml"), []);
    assert.deepEqual(modelValueAt("[a]\r\nMODEL=x/y", 1, 7, "conf"), { from: 6, typed: "x", profile: "a" });
  });

  test("a path comes into YAML as what it is", () => {
    const text = fc.string({ unit: fc.constantFrom(..."aB1./- :#'\"{[&*!|>%@,".split("")), minLength: 1 });
    fc.assert(
      fc.property(text, (name) => {
        const path = `/${name}.gguf`;
        const [one] = modelPaths([anEntry({ path })], "/m", { from: 0, typed: "", profile: "a" }, "yaml");
        const read = parseDeckYaml(`profiles:\n  a:\n    model: ${one?.insert}\n`).profiles.get("a");
        assert.equal(read?.layer.get("model")?.value, path);
      }),
    );
  });
});
