import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseDeckYaml } from "../../../../src/core/serving/yaml/parse-deck-yaml.ts";
import { addYamlProfile, setYamlValue } from "../../../../src/core/serving/yaml/set-yaml-value.ts";
import { isFault } from "../../../../src/core/util/faults.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");
const text = (content: Uint8Array): string => Buffer.from(content).toString("utf8");
const set = (before: string, key: string, value: string | number | readonly string[] | undefined): string =>
  text(setYamlValue(bytes(before), "a", key, value));

suite("modeldeck.yaml, written", () => {
  const cases: readonly (readonly [string, string, string, Parameters<typeof set>[2], string])[] = [
    [
      "a value is exchanged, its comment stays",
      "profiles:\n  a:\n    model: x # mine\n",
      "model",
      "y/z.gguf",
      "profiles:\n  a:\n    model: y/z.gguf # mine\n",
    ],
    [
      "a new one goes behind the last",
      "profiles:\n  a:\n    model: x # mine\n  b: {}\n",
      "context",
      4096,
      "profiles:\n  a:\n    model: x # mine\n    context: 4096\n  b: {}\n",
    ],
    [
      "one goes with its line",
      "profiles:\n  a:\n    model: x\n    context: 1 # c\n",
      "context",
      undefined,
      "profiles:\n  a:\n    model: x\n",
    ],
    [
      "what is no plain text is quoted",
      "profiles:\n  a:\n    model: x\n",
      "name",
      "yes: #1",
      'profiles:\n  a:\n    model: x\n    name: "yes: #1"\n',
    ],
    [
      "a list of lines stays one",
      "profiles:\n  a:\n    args: # n\n      - x\n      - y # t\n    model: m\n",
      "args",
      ["-c", "8", "z"],
      'profiles:\n  a:\n    args: # n\n      - "-c"\n      - "8"\n      - z # t\n    model: m\n',
    ],
    [
      "in braces",
      "profiles:\n  a: { model: x, context: 1 }\n",
      "group",
      "g",
      "profiles:\n  a: { model: x, context: 1, group: g }\n",
    ],
    [
      "out of braces",
      "profiles:\n  a: { model: x, context: 1 }\n",
      "model",
      undefined,
      "profiles:\n  a: { context: 1 }\n",
    ],
    ["into empty braces", "profiles:\n  a: {}\n", "model", "m", "profiles:\n  a: { model: m }\n"],
    [
      "into nothing",
      "profiles:\n  a:\n  b: { model: m }\n",
      "model",
      "m",
      "profiles:\n  a:\n    model: m\n  b: { model: m }\n",
    ],
    [
      "a value that was empty",
      "profiles:\n  a:\n    model:\n    context: 1\n",
      "model",
      "m",
      "profiles:\n  a:\n    model: m\n    context: 1\n",
    ],
    [
      "a text of several lines",
      "profiles:\n  a:\n    description: |\n      one\n      two\n    model: m\n",
      "description",
      "three",
      "profiles:\n  a:\n    description: three\n    model: m\n",
    ],
    [
      "a variable",
      "profiles:\n  a:\n    env:\n      A: 1\n    model: m\n",
      "env.B",
      "x",
      "profiles:\n  a:\n    env:\n      A: 1\n      B: x\n    model: m\n",
    ],
    [
      "the first variable",
      "profiles:\n  a:\n    model: m\n",
      "env.B",
      "x",
      "profiles:\n  a:\n    model: m\n    env: { B: x }\n",
    ],
    [
      "CRLF",
      "profiles:\r\n  a:\r\n    model: m\r\n",
      "context",
      1,
      "profiles:\r\n  a:\r\n    model: m\r\n    context: 1\r\n",
    ],
  ];
  for (const [what, before, key, value, after] of cases)
    test(`${what}: every other byte stays`, () => assert.equal(set(before, key, value), after));

  test("what cannot be changed for certain is refused, not guessed", () => {
    for (const before of [
      "profiles:\n  b: {}\n",
      "profiles: [1, 2]\n",
      "? profiles\n: ? a\n  : x\n",
      "profiles:\n  a: &x\n    model: m\n  b: *x\n",
    ])
      assert.throws(
        () => setYamlValue(bytes(before), "a", "context", 7),
        (error) => isFault(error, "configInvalid"),
        before,
      );
  });

  test("a profile is added behind those that are there, or to an empty file", () => {
    const values = [
      { key: "model", value: "m.gguf" },
      { key: "args", value: ["-ot", "\\.x=CPU"] },
      { key: "env.A", value: "1" },
    ];
    const lines = (indent: string): string =>
      ["new:", "  model: m.gguf", String.raw`  args: ["-ot", "\\.x=CPU"]`, "  env:", '    A: "1"']
        .map((line) => indent + line)
        .join("\n");
    assert.equal(text(addYamlProfile(bytes(""), "new", values)), `profiles:\n${lines("  ")}\n`);
    assert.equal(
      text(addYamlProfile(bytes("profiles:\n    old: { model: m } # x\n# end\n"), "new", values)),
      `profiles:\n    old: { model: m } # x\n${lines("    ")}\n# end\n`,
    );
    assert.deepEqual(
      parseDeckYaml(text(addYamlProfile(bytes("defaults: {}\nprofiles:\n"), "new", values)))
        .profiles.get("new")
        ?.layer.get("args")?.value,
      ["-ot", "\\.x=CPU"],
    );
    assert.throws(
      () => addYamlProfile(bytes("profiles:\n  new: {}\n"), "new", values),
      (error) => isFault(error, "configInvalid"),
    );
  });

  test("whatever is written comes back as it was, and taking it out gives the very same file", () => {
    const value = fc
      .oneof(
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
        fc.string({ unit: "binary", minLength: 1, maxLength: 8 }),
        fc.constantFrom(
          "on",
          "1e3",
          "~",
          "- a",
          "a: b",
          "a #b",
          " x",
          "x ",
          "*a",
          "&a",
          "!a",
          "%a",
          "@a",
          "'",
          '"',
          "\\",
          "007",
          "{}",
          "[]",
        ),
      )
      .filter(
        (one) => !one.includes("\0") && !/[\uD800-\uDFFF]/.test(one.replaceAll(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, "")),
      );
    const file = fc.constantFrom(
      "# é\nprofiles:\n  a:\n    model: x # ü\n\n  # between\n  b: {model: y}\n",
      "\uFEFFdefaults: {context: 1}\r\nprofiles:\r\n  a:\r\n    args:\r\n    - q\r\n    env: {A: 1}\r\n# end",
      "profiles: {a: {model: x}, b: {}}\n",
      "profiles:\n  b: {}\n  a:\n    description: |\n      text\n\n",
    );
    fc.assert(
      fc.property(file, value, fc.array(value, { minLength: 1, maxLength: 4 }), (before, one, many) => {
        const content = bytes(before);
        for (const [key, wanted] of [
          ["name", one],
          ["aliases", many],
          ["env.NEW", one],
        ] as const) {
          const after = setYamlValue(content, "a", key, wanted);
          assert.deepEqual(parseDeckYaml(text(after)).profiles.get("a")?.layer.get(key)?.value, wanted);
          if (key !== "env.NEW") assert.equal(text(setYamlValue(after, "a", key, undefined)), before);
        }
      }),
      { numRuns: 150 },
    );
  });
});
