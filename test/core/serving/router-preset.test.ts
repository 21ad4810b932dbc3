import assert from "node:assert/strict";
import { presetOf, presetsFor, presetsText } from "../../../src/core/serving/router/preset.ts";
import { readEvent, readModels } from "../../../src/core/serving/router/router-answers.ts";

const preset = (...args: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(presetOf(args, "x", "models.conf"));

suite("a profile's arguments as a router's preset", () => {
  test("flags lose their dashes, values stay as they are, and a flag alone is true", () => {
    assert.deepEqual(preset("-m", "/models/a b.gguf", "-c", "4096", "--no-kv-offload", "-ngl", "-1", "-fa", "on"), {
      m: "/models/a b.gguf",
      c: "4096",
      "no-kv-offload": "true",
      ngl: "-1",
      fa: "on",
    });
    const tensors = String.raw`blk\.[0-9]+\.(ffn_up|x)=CPU`;
    assert.deepEqual(preset("-ot", tensors), { ot: tensors });
    assert.deepEqual(preset("--chat-template-kwargs", '{"enable_thinking": false}'), {
      "chat-template-kwargs": '{"enable_thinking": false}',
    });
  });

  test("the address is the router's own to choose, and its name needs no alias", () => {
    assert.deepEqual(preset("--host", "0.0.0.0", "--port", "8080", "--alias", "x", "-c", "1"), { c: "1" });
    assert.deepEqual(preset("-a", "gpt-4", "--alias", "coder"), { alias: "gpt-4,coder" });
  });

  test("of a flag given twice the last one counts, but lists are joined", () => {
    assert.deepEqual(preset("-c", "1", "-c", "2"), { c: "2" });
    assert.deepEqual(preset("--lora", "a.gguf", "--lora", "b.gguf"), { lora: "a.gguf,b.gguf" });
  });

  test("what a presets file cuts off or cannot hold is refused by name", () => {
    for (const value of ["a;b", "a#b", " a", "a\nb", ""])
      assert.throws(() => presetOf(["--chat-template", value], "x", "models.conf"), /cannot be told --chat-template/);
    assert.throws(
      () => presetOf(["--api-key", "hunter2"], "x", "models.conf"),
      (error: Error) => {
        assert.match(error.message, /--api-key has no place in a router/);
        return !error.message.includes("hunter2");
      },
    );
    assert.throws(() => presetOf(["stray"], "x", "models.conf"), /stray follows none/);
  });

  test("the file tells whoever takes over what it was written for", () => {
    const labels = { profile: "a", title: "Semi; colon # and\nline" };
    const text = presetsText("a", [["c", "512"]], labels);
    assert.match(text, /^; modeldeck .*\nversion = 1\n\n\[a\]\nc = 512\n/);
    assert.deepEqual(presetsFor(text), { model: "a", labels });
    for (const broken of [undefined, "", "version = 1", "; modeldeck {", "; modeldeck 3", '; modeldeck {"model":1}'])
      assert.equal(presetsFor(broken), undefined);
  });
});

suite("what a router tells of its models", () => {
  const answer = (body: unknown, status = 200) => readModels({ kind: "answer", status, body });
  const status = (value: string, rest = {}) => ({ value, args: ["x", "--port", "0", "--port", "4711"], ...rest });

  test("state, the port of the last process, and how it ended", () => {
    assert.deepEqual(
      answer({
        data: [
          { id: "a", status: status("loaded") },
          { id: "b", status: status("unloaded", { exit_code: 1, failed: true }) },
          { id: "c", status: { value: "unloaded", args: ["--port", "0"] } },
          { id: "d" },
          3,
        ],
      }),
      [
        { model: "a", status: "loaded", port: 4711, exitCode: undefined },
        { model: "b", status: "unloaded", port: 4711, exitCode: 1 },
        { model: "c", status: "unloaded", port: 0, exitCode: undefined },
      ],
    );
  });

  test("what is no router says nothing", () => {
    assert.equal(readModels({ kind: "silent", reason: "" }), undefined);
    assert.equal(answer({ error: {} }, 503), undefined);
    assert.equal(answer("text"), undefined);
  });

  test("events tell the share of a load over all its stages", () => {
    const line = (data: object): string => `data: ${JSON.stringify({ model: "a", event: "status_change", data })}`;
    const progress = { stages: ["text_model", "mmproj_model"], current: "mmproj_model", value: 0.5 };
    assert.deepEqual(readEvent(line({ status: "loading", progress })), { model: "a", status: "loading", share: 0.75 });
    assert.deepEqual(readEvent(line({ status: "unloaded", exit_code: 1 })), {
      model: "a",
      status: "unloaded",
      share: undefined,
    });
    for (const other of ["", ": ping", "data: {", 'data: {"model":"*","event":"models_reload"}'])
      assert.equal(readEvent(other), undefined);
  });
});
