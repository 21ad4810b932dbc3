import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as fc from "fast-check";
import { hoverAt, suggestionsAt } from "../../../src/core/present/profile-language/help.ts";
import { pathAt, placesOf } from "../../../src/core/present/profile-language/places.ts";
import { parseDeckYaml } from "../../../src/core/serving/yaml/parse-deck-yaml.ts";
import { deckSchema } from "../../../src/core/serving/yaml/deck-schema.ts";
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
    assert.ok(labels(YAML, 9, 4).includes("model"));
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
});
