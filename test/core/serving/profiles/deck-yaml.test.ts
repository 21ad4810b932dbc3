import assert from "node:assert/strict";
import * as fc from "fast-check";
import { judgeYaml } from "../../../../src/core/serving/yaml/judge-yaml.ts";
import { parseDeckYaml } from "../../../../src/core/serving/yaml/parse-deck-yaml.ts";

const FILE = "/conf/modeldeck.yaml";
const read = (text: string) => judgeYaml(text, FILE, "/models");
const WHOLE = `# mine
defaults:
  context: 8192
  env: { A: 1, B: two }
backends:
  llama.cpp:
    image: acme/llama:1
    args: [--jinja]
profiles:
  base:
    gpuLayers: all
    env: { B: three }
  qwen:
    extends: base
    name: Qwen
    model: qwen/a.gguf
    aliases: [coder, "gpt-4"]
    ttl: 1h30m
    gpu: [GPU-1]
    group: chat
    runtime: container
    args: ["-ot", '\\.ffn=CPU', 8]
    health: /v1/models
  plain: { model: /abs/b.gguf, gpu: none, context: 4096 }
`;

suite("modeldeck.yaml", () => {
  test("a router is a value like others: one for a back end makes its profiles one server's models", () => {
    const { written } = read(
      [
        "backends: { llama.cpp: { router: fast } }",
        "profiles:",
        "  a: { model: a.gguf }",
        "  b: { model: b.gguf, router: other, health: /v1/models }",
        "  c: { model: c.gguf, router: No Name }",
      ].join("\n"),
    );
    assert.deepEqual(
      written.map(({ shown, server }) => [shown.id, shown.router, server?.router]),
      [
        ["a", "fast", "fast"],
        ["b", "other", "other"],
        ["c", "fast", undefined],
      ],
    );
    assert.match(written[1]?.shown.problems[0]?.problem ?? "", /health has no effect/);
    assert.match(written[2]?.shown.problems[0]?.problem ?? "", /router/);
  });

  test("values come from the nearest that says them, and each tells where", () => {
    const { written, stray } = read(WHOLE);
    assert.deepEqual(stray, []);
    const [qwen, plain] = written;
    assert.deepEqual(qwen?.shown, {
      id: "qwen",
      name: "Qwen",
      description: "",
      backend: "llama.cpp",
      model: "qwen/a.gguf",
      context: 8192,
      group: "chat",
      bench: false,
      file: FILE,
      line: 13,
      problems: [],
      source: "yaml",
      aliases: ["coder", "gpt-4"],
      ttlSeconds: 5400,
      runtime: "container",
      gpus: ["GPU-1"],
    });
    assert.deepEqual(
      Object.fromEntries(
        (qwen?.values ?? []).map(({ key, value, origin }) => [
          key,
          [value, origin.kind === "file" ? [origin.section, origin.line] : origin.kind],
        ]),
      ),
      {
        context: [8192, ["defaults", 3]],
        "env.A": ["1", ["defaults", 4]],
        "env.B": ["three", ["profiles.base", 12]],
        image: ["acme/llama:1", ["backends.llama.cpp", 7]],
        gpuLayers: ["all", ["profiles.base", 11]],
        extends: [["base"], ["profiles.qwen", 14]],
        name: ["Qwen", ["profiles.qwen", 15]],
        model: ["qwen/a.gguf", ["profiles.qwen", 16]],
        aliases: [
          ["coder", "gpt-4"],
          ["profiles.qwen", 17],
        ],
        ttl: [5400, ["profiles.qwen", 18]],
        gpu: [["GPU-1"], ["profiles.qwen", 19]],
        group: ["chat", ["profiles.qwen", 20]],
        runtime: ["container", ["profiles.qwen", 21]],
        args: [
          ["-ot", "\\.ffn=CPU", "8"],
          ["profiles.qwen", 22],
        ],
        health: ["/v1/models", ["profiles.qwen", 23]],
      },
    );
    assert.deepEqual(qwen?.server?.environment, { A: "1", B: "three" });
    assert.deepEqual([qwen?.server?.modelPath, qwen?.server?.healthPath], ["/models/qwen/a.gguf", "/v1/models"]);
    assert.deepEqual([plain?.server?.gpus, plain?.server?.extraArgs, plain?.server?.context], [[], ["--jinja"], 4096]);
    assert.deepEqual(
      written.map(({ shown }) => shown.id),
      ["qwen", "plain"],
    );
  });

  const wrong: readonly (readonly [string, string, number, RegExp, "error" | "warning"])[] = [
    [
      "a loop",
      "profiles:\n  a: { model: m, extends: b }\n  b: { extends: [c] }\n  c:\n    extends: a\n",
      5,
      /a → b → c → a/,
      "error",
    ],
    [
      "what is extended and not there",
      "profiles:\n  coder: { model: m }\n  a:\n    model: m\n    extends: codr\n",
      5,
      /did you mean coder/,
      "error",
    ],
    ["a wrong kind", "profiles:\n  a:\n    model: m\n    context: many\n", 4, /context takes a whole number/, "error"],
    ["an unknown key", "profiles:\n  a:\n    model: m\n    contxt: 1\n", 4, /did you mean context/, "warning"],
    ["a key twice", "profiles:\n  a:\n    model: m\n    model: n\n", 4, /model stands above already/, "error"],
    ["no model", "profiles:\n  a: {}\n", 2, /model is missing/, "error"],
    ["a bad id", "profiles:\n  a b: { model: m }\n", 2, /is no id/, "error"],
    ["no YAML", "profiles:\n  a: [1\n", 3, /not valid YAML/, "error"],
    ["a list in place of entries", "profiles: [a]\n", 1, /takes entries/, "error"],
    ["a way out of the models folder", "profiles:\n  a:\n    model: ../x\n", 3, /model leads out/, "error"],
  ];
  for (const [what, text, line, words, severity] of wrong)
    test(`${what} is told with its line`, () => {
      const { written, stray } = read(text);
      const all = [...stray, ...written.flatMap(({ shown }) => shown.problems)];
      assert.ok(
        all.some((one) => one.line === line && words.test(one.problem) && one.severity === severity),
        JSON.stringify(all),
      );
      if (severity === "error") assert.ok(stray.length > 0 || written.some(({ server }) => server === undefined));
    });

  test("whatever a file holds, it is read without an exception, and problems have a line of it", () => {
    const piece = fc.constantFrom(
      ..."defaults:|profiles:|\n|  |a: |b:|- |{|}|[|]|&x |*x|model: m|extends: a|<<: *x|? |: |\t|#|'|\"|\0|\u00e9".split(
        "|",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join("");
        const lines = text.split("\n").length;
        read(text);
        for (const { line } of parseDeckYaml(text).problems) assert.ok(line >= 1 && line <= lines + 1, `${line}`);
      }),
      { numRuns: 500 },
    );
  });
});
