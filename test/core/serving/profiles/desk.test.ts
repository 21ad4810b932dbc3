import assert from "node:assert/strict";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeClock } from "../../../../src/core/adapters/node-clock.ts";
import { nodeFiles } from "../../../../src/core/adapters/node-files.ts";
import { nodeServerHttp } from "../../../../src/core/adapters/server-http.ts";
import { createProfileBook } from "../../../../src/core/serving/create-profile-book.ts";
import { createBenchmarkBook } from "../../../../src/core/serving/benchmark/benchmark-book.ts";
import { createProfileDesk } from "../../../../src/core/serving/desk/create-profile-desk.ts";
import type { ProfileDesk } from "../../../../src/core/serving/desk/profile-desk.ts";
import { createFlagCheck } from "../../../../src/core/serving/flags/check-flags.ts";
import { readSettings } from "../../../../src/core/settings.ts";
import { isFault } from "../../../../src/core/util/faults.ts";
import { createFakeRuntime } from "../../../support/fake-runtime.ts";
import { type ServingWorld, openServingWorld } from "../deck.ts";

const { signal } = new AbortController();
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

suite("profile desk", () => {
  let world: ServingWorld;
  let desk: ProfileDesk;
  const containers = createFakeRuntime("container");
  const processes = createFakeRuntime("process");
  let conf: string;
  let yaml: string;

  setup(async () => {
    world = await openServingWorld(() => ({ containers, processes }));
    conf = path.join(world.folder, "models.conf");
    yaml = path.join(world.folder, "data", "modeldeck.yaml");
    await mkdir(path.dirname(yaml));
    await world.model("a.gguf");
    const settings = () => readSettings(world.values, world.folder).settings;
    const registry = world.database;
    const profiles = createProfileBook({ files: nodeFiles, settings, storage: path.dirname(yaml) });
    desk = createProfileDesk({
      clock: nodeClock,
      files: nodeFiles,
      http: nodeServerHttp,
      log: quiet,
      registry,
      profiles,
      settings,
      containers,
      processes,
      redact: (line) => line,
      flags: createFlagCheck({ registry, clock: nodeClock, log: quiet }),
      benchmarks: createBenchmarkBook(registry),
      storage: path.dirname(yaml),
      windows: false,
    });
    containers.helpText = "";
  });
  teardown(() => world.dispose());

  test("the exact command is told for either form, quoted for a shell", async () => {
    await world.conf('[a]\nMODEL=a.gguf\nCTX_SIZE=4096\nEXTRA_ARGS=-ot \\.x="CPU"\n');
    const container = await desk.command("a", { runtime: "container" }, signal);
    assert.match(
      container.text,
      /^docker run --rm .* -p 127\.0\.0\.1:\d+:8080 \S+ -m \/models\/a\.gguf -c 4096 .*-ot '\\\.x="CPU"'/,
    );
    assert.ok(
      container.text.includes(`type=bind,src=${path.join(world.folder, "a.gguf")},dst=/models/a.gguf,readonly`),
    );
    const local = await desk.command("a", { runtime: "process", overrides: { context: 512 } }, signal);
    assert.match(local.text, / llama-server -m \S+a\.gguf -c 512 /);
    assert.deepEqual([local.runtime, local.program], ["process", "llama-server"]);
  });

  test("the command of what is not saved yet has all that its compose service gives it", async () => {
    await world.conf("[a]\nMODEL=a.gguf\n");
    await writeFile(
      path.join(world.folder, "compose.yaml"),
      "services:\n  srv:\n    image: one\n    environment: [NOWHERE]\n    devices: [/dev/kfd]\n    group_add: [video]\n",
    );
    for (const patch of [undefined, { context: 512 }]) {
      const { text } = await desk.command("a", { runtime: "container", ...(patch && { patch }) }, signal);
      for (const words of [" --device /dev/kfd:/dev/kfd:rwm ", " --group-add video ", " -e NOWHERE "])
        assert.ok(text.includes(words), text);
    }
  });

  test("of a model of a router it is the router's, with what that is told of the model behind it", async () => {
    await world.model("b.gguf");
    await world.conf("[a]\nMODEL=a.gguf\nCTX_SIZE=4096\nROUTER=lab\n[b]\nMODEL=b.gguf\nROUTER=lab\n");
    const presets = `${path.dirname(yaml)}/routers/default.lab`;
    const container = await desk.command("a", { runtime: "container" }, signal);
    const [line = "", ...told] = container.text.split("\n");
    assert.match(line, / --models-max 1 --no-models-autoload .* --models-preset \/presets\/presets\.ini$/);
    for (const mount of [
      `src=${path.join(world.folder, "b.gguf")},dst=/models/b/b.gguf`,
      `src=${presets},dst=/presets`,
    ])
      assert.ok(line.includes(mount), line);
    assert.doesNotMatch(line, / -m /);
    assert.deepEqual(told, [
      `# ${presets}/presets.ini`,
      "# [a]",
      "# m = /models/a/a.gguf",
      "# c = 4096",
      "# stop-timeout = 2",
      '# POST /models/load {"model":"a"}',
    ]);
    const local = await desk.command("a", { runtime: "process", patch: { context: 512 } }, signal);
    assert.ok(local.text.includes(` --models-preset ${presets}/presets.ini\n`), local.text);
    assert.match(local.text, /^# c = 512$/m);
    assert.equal(local.args.at(-1), `${presets}/presets.ini`);
    await assert.rejects(stat(presets), "to tell it makes nothing");
  });

  test("a variable that no router works with is refused by its name", async () => {
    for (const name of ["LLAMA_API_KEY", "LLAMA_ARG_MODEL", "LLAMA_ARG_API_PREFIX", "LLAMA_ARG_SSL_KEY_FILE"]) {
      await writeFile(yaml, `profiles:\n  k: { model: a.gguf, router: lab, env: { ${name}: hunter2 } }\n`);
      await assert.rejects(desk.command("k", { runtime: "process" }, signal), (error: Error) => {
        assert.match(error.message, new RegExp(`${name} in the environment has no place in a router`));
        return !error.message.includes("hunter2");
      });
    }
    await writeFile(yaml, "profiles:\n  k: { model: a.gguf, router: lab, env: { LLAMA_ARG_THREADS: 2 } }\n");
    assert.match(
      (await desk.command("k", { runtime: "process" }, signal)).text,
      /LLAMA_ARG_THREADS=2 .*--models-preset/,
    );
  });

  test("what is shown has values with their places, the command, and flags the server does not know", async () => {
    containers.helpText = `${["-m, --model F", "-c, --ctx-size N", "--alias S", "--host H", "--port P", "-lm, --load-mode M"].map((flag) => `${flag}    x`).join("\n")}\n`;
    await world.conf("[a]\nMODEL=a.gguf\nEXTRA_ARGS=--no-mmap\n");
    const { values, unknownFlags, command, profile } = await desk.show("a", signal);
    assert.equal(profile.id, "a");
    assert.deepEqual(
      values.map(({ key, value, origin }) => [key, value, origin.kind === "file" && origin.line]),
      [
        ["model", "a.gguf", 2],
        ["args", ["--no-mmap"], 3],
      ],
    );
    assert.deepEqual(unknownFlags, [{ flag: "--no-mmap", renamedTo: "--load-mode none", near: [] }]);
    assert.equal(command?.runtime, "container");
    const { problems } = await desk.validate(undefined, signal);
    assert.deepEqual(
      problems.map(({ line, profile, problem, severity }) => [line, profile, problem, severity]),
      [[3, "a", "The server does not know --no-mmap: it was renamed to --load-mode none", "warning"]],
    );
  });

  test("a save changes the value and no other byte, in either kind of file", async () => {
    await world.conf("# top\r\n[a]\r\nMODEL=a.gguf\r\n# é\r\nCTX_SIZE=1 \r\n[b]\r\nMODEL=a.gguf\r\n");
    await desk.save("a", { context: 2048, args: ["-fa", "on"], name: null }, signal);
    assert.equal(
      await readFile(conf, "utf8"),
      "# top\r\n[a]\r\nMODEL=a.gguf\r\n# é\r\nCTX_SIZE=2048 \r\nEXTRA_ARGS=-fa on\r\n[b]\r\nMODEL=a.gguf\r\n",
    );
    await writeFile(yaml, "profiles:\n  y: # mine\n    model: a.gguf\n");
    const { profile } = await desk.save("y", { ttl: "10m", aliases: ["z"] }, signal);
    assert.deepEqual([profile.ttlSeconds, profile.aliases], [600, ["z"]]);
    assert.equal(
      await readFile(yaml, "utf8"),
      "profiles:\n  y: # mine\n    model: a.gguf\n    ttl: 600\n    aliases: [z]\n",
    );
    assert.equal((await desk.show("z", signal)).profile.id, "y");
  });

  test("what a file or a key cannot hold is refused, and the file stays", async () => {
    await world.conf("[a]\nMODEL=a.gguf\n");
    const before = await readFile(conf);
    for (const [patch, code] of [
      [{ context: "many" }, "badArguments"],
      [{ nonsuch: 1 }, "badArguments"],
      [{ group: "chat" }, "configInvalid"],
      [{ args: ["a b"] }, "configInvalid"],
      [{ name: "one\ntwo" }, "configInvalid"],
    ] as const)
      await assert.rejects(desk.save("a", patch, signal), (error) => isFault(error, code), JSON.stringify(patch));
    assert.deepEqual(await readFile(conf), before);
  });

  test("a clone stands beside its original, and tells where they differ", async () => {
    await world.conf("[a]\nMODEL=a.gguf\nEXTRA_ARGS=-x \\d\n");
    await desk.clone("a", "bench-a", { context: 512 }, signal);
    assert.equal(
      await readFile(conf, "utf8"),
      "[a]\nMODEL=a.gguf\nEXTRA_ARGS=-x \\d\n\n[bench-a]\nMODEL=a.gguf\nEXTRA_ARGS=-x \\d\nCTX_SIZE=512\n",
    );
    const { differences } = await desk.diff("a", "bench-a", signal);
    assert.deepEqual(
      differences.map(({ key, left, right }) => [key, left?.value, right?.value]),
      [["context", undefined, 512]],
    );
    await assert.rejects(desk.clone("a", "bench-a", {}, signal), (error) => isFault(error, "exists"));
  });

  test("what is saved is judged with the models it names, while it has no errors", async () => {
    await world.conf("[a]\nMODEL=gone.gguf\n");
    const judged = async () => (await desk.validate({ path: conf }, signal)).problems;
    const [problem, ...others] = await judged();
    assert.deepEqual([problem?.line, problem?.profile, problem?.severity, others], [2, "a", "warning", []]);
    assert.match(problem?.problem ?? "", /gone\.gguf is not there$/);
    await world.conf("\n[a]\nMODEL=gone.gguf\n[b]\n");
    assert.deepEqual(
      (await judged()).map(({ line, severity }) => [line, severity]),
      [[4, "error"]],
    );
  });

  test("a draft is judged as it is typed", async () => {
    const { problems } = await desk.validate({ path: yaml, text: "profiles:\n  a:\n    contxt: 1\n" }, signal);
    assert.deepEqual(
      problems.map(({ line, severity }) => [line, severity]),
      [
        [2, "error"],
        [3, "warning"],
      ],
    );
  });

  test("a llama-swap configuration becomes profiles, told first and written when it is wanted", async () => {
    const swap = path.join(world.folder, "swap.yaml");
    await world.conf("[taken]\nMODEL=a.gguf\n");
    await writeFile(
      swap,
      `macros:
  server: /opt/llama-server --port \${PORT} -ngl 99
models:
  "qwen 3":
    cmd: |
      # mine
      \${server}
      -m /weights/q.gguf -c 8192 \\
      --jinja -ot "\\\\.x=CPU"
    ttl: 300
    aliases: [coder]
    env: ["CUDA_VISIBLE_DEVICES=GPU-1,GPU-2", "X=1"]
  boxed:
    cmd: docker run --rm -v /weights:/models --gpus all -p \${PORT}:8080 acme/llama:1 -m /models/b.gguf --host 0.0.0.0
  taken: { cmd: llama-server -m x.gguf }
  odd: { cmd: "python serve.py \${nonsuch}" }
groups:
  side: { swap: true, members: [boxed] }
`,
    );
    const plan = await desk.importLlamaSwap(swap, false, signal);
    assert.equal(await nodeFiles.stat(yaml), undefined);
    assert.deepEqual(
      plan.profiles.map(({ id, isNew }) => [id, isNew]),
      [
        ["qwen-3", true],
        ["boxed", true],
        ["taken", false],
        ["odd", false],
      ],
    );
    const done = await desk.importLlamaSwap(swap, true, signal);
    assert.equal(done.written, true);
    assert.equal(await readFile(yaml, "utf8"), plan.text);
    const { profile, values } = await desk.show("coder", signal);
    assert.equal(profile.id, "qwen-3");
    assert.deepEqual(Object.fromEntries(values.map(({ key, value }) => [key, value])), {
      aliases: ["qwen 3", "coder"],
      binary: "/opt/llama-server",
      name: "qwen 3",
      gpuLayers: "99",
      model: "/weights/q.gguf",
      context: 8192,
      args: ["--jinja", "-ot", "\\.x=CPU"],
      ttl: 300,
      gpu: ["GPU-1", "GPU-2"],
      "env.X": "1",
    });
    const boxed = await desk.show("boxed", signal);
    assert.deepEqual(
      [
        boxed.profile.model,
        boxed.profile.group,
        boxed.profile.runtime,
        boxed.values.find(({ key }) => key === "image")?.value,
      ],
      ["/weights/b.gguf", "side", "container", "acme/llama:1"],
    );
  });
});
