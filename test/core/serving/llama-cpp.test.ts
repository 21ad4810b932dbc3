import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Asked, askedLabels, askedOf } from "../../../src/core/serving/backend.ts";
import { llamaArguments } from "../../../src/core/serving/backends/llama-cpp-args.ts";
import { llamaCpp } from "../../../src/core/serving/backends/llama-cpp.ts";
import { type ModelFile, type ModelFiles, partNames } from "../../../src/core/serving/model-files.ts";
import type { ServerProfile } from "../../../src/core/serving/profile.ts";
import { bytes, profileId } from "../../../src/core/util/ids.ts";

const profile = (given: Partial<ServerProfile> = {}): ServerProfile => ({
  id: profileId("qwen"),
  name: "Qwen 3",
  backend: "llama.cpp",
  group: "default",
  modelPath: "/w/qwen.gguf",
  context: undefined,
  gpuLayers: undefined,
  fit: undefined,
  fitTarget: undefined,
  extraArgs: [],
  environment: {},
  file: "/models.conf",
  line: 1,
  ...given,
});
const address = { host: "127.0.0.1", port: 8080 };
const END = ["--host", "127.0.0.1", "--port", "8080"];
const args = (given: Partial<ServerProfile>, overrides = {}) =>
  llamaArguments(profile(given), overrides, "/m.gguf", address);

suite("arguments of llama-server", () => {
  test("keys become flags, EXTRA_ARGS follow as written, and the address is always told", () => {
    const given = {
      context: 8192,
      gpuLayers: "auto",
      fit: "on",
      fitTarget: "512",
      extraArgs: ["-ot", '"\\.ffn_.*=CPU"'],
    };
    assert.deepEqual(args(given).args, [
      "-m",
      "/m.gguf",
      "-c",
      "8192",
      "-ngl",
      "auto",
      "--fit",
      "on",
      "--fit-target",
      "512",
      "--alias",
      "qwen",
      "-ot",
      '"\\.ffn_.*=CPU"',
      ...END,
    ]);
  });

  test("a flag in EXTRA_ARGS wins over the key, by any of its names", () => {
    const given = {
      context: 8192,
      gpuLayers: "1",
      fit: "on",
      extraArgs: ["--ctx-size", "100", "--n-gpu-layers", "2", "--fit", "off", "-a", "x"],
    };
    const { args: got, context } = args(given);
    assert.deepEqual(got, [
      "-m",
      "/m.gguf",
      "--ctx-size",
      "100",
      "--n-gpu-layers",
      "2",
      "--fit",
      "off",
      "-a",
      "x",
      ...END,
    ]);
    assert.equal(context, 100);
  });

  test("what is asked for at the moment of loading wins over both", () => {
    const given = { context: 8192, extraArgs: ["-c", "100", "-ctk", "f16", "--mlock"] };
    const overrides = { context: 512, gpuLayers: 7, cacheType: "q8_0", args: ["--verbose"] };
    assert.deepEqual(args(given, overrides).args, [
      "-m",
      "/m.gguf",
      "-c",
      "512",
      "-ngl",
      "7",
      "-ctk",
      "q8_0",
      "-ctv",
      "q8_0",
      "--alias",
      "qwen",
      "--mlock",
      "--verbose",
      ...END,
    ]);
  });

  test("an address in the profile has no effect, and that is said", () => {
    const { args: got, notices } = args({ extraArgs: ["--host", "0.0.0.0", "--jinja", "--port", "1"] });
    assert.deepEqual(got, ["-m", "/m.gguf", "--alias", "qwen", "--jinja", ...END]);
    assert.deepEqual(notices, [
      { kind: "flagIgnored", flag: "--host" },
      { kind: "flagIgnored", flag: "--port" },
    ]);
  });

  test("the context of one request is its slot's share, unless the slots share one cache", () => {
    assert.equal(args({ context: 8192, extraArgs: ["-np", "4"] }).context, 2048);
    assert.equal(args({ context: 8192, extraArgs: ["-np", "4", "-kvu"] }).context, 8192);
    assert.equal(args({ context: 0 }).context, undefined);
  });
});

suite("a spec for llama-server", () => {
  const file = (path: string, real = path): ModelFile => ({ path, real, size: bytes(10) });
  const model = (given: Partial<ModelFiles> = {}): ModelFiles => ({
    folder: "/w",
    parts: [file("/w/qwen.gguf", "/blobs/1")],
    named: new Map(),
    size: bytes(10),
    ...given,
  });
  const launch = (files: ModelFiles, given: Partial<ServerProfile> = {}) => ({
    profile: profile(given),
    overrides: {},
    model: files,
    image: "image",
    binary: "llama-server",
    port: 9000,
    generation: 3,
  });

  test("a container is given just the real files, under their own names", () => {
    const parts = [file("/w/big-00001-of-00002.gguf", "/blobs/1"), file("/w/big-00002-of-00002.gguf", "/blobs/2")];
    const named = new Map([
      ["mm.gguf", file("/w/mm.gguf", "/blobs/3")],
      ["/l/lora.gguf", file("/l/lora.gguf")],
    ]);
    const { spec } = llamaCpp.spec(
      launch(model({ parts, named }), { extraArgs: ["--mmproj", "mm.gguf", "--lora", "/l/lora.gguf"] }),
      "container",
    );
    assert.ok(spec.kind === "container");
    const mounts = spec.mounts.map(({ target, source }) => ({ target, source }));
    assert.deepEqual(mounts, [
      { target: "/models/big-00001-of-00002.gguf", source: "/blobs/1" },
      { target: "/models/big-00002-of-00002.gguf", source: "/blobs/2" },
      { target: "/models/mm.gguf", source: "/blobs/3" },
      { target: "/l/lora.gguf", source: "/l/lora.gguf" },
    ]);
    // For an engine on another machine: under which name and of which size they are to be there.
    assert.deepEqual([spec.mounts[0]?.named, spec.mounts[0]?.size], ["/w/big-00001-of-00002.gguf", 10]);
    assert.deepEqual(spec.args.slice(0, 2), ["-m", "/models/big-00001-of-00002.gguf"]);
    assert.deepEqual(spec.args.slice(-4), ["--host", "0.0.0.0", "--port", "8080"]);
    assert.deepEqual([spec.hostPort, spec.containerPort, spec.image, spec.gpus], [9000, 8080, "image", "all"]);
    assert.deepEqual(spec.environment, { LLAMA_ARG_LOG_VERBOSITY: "4", LLAMA_ARG_ENDPOINT_METRICS: "1" });
  });

  test("what its image sets is taken out where the profile says that it is none, but not what it is given", () => {
    const of = (given: Partial<ServerProfile>) => {
      const { spec } = llamaCpp.spec(launch(model(), given), "container");
      return spec.kind === "container" ? spec.without : undefined;
    };
    assert.equal(of({}), undefined);
    assert.deepEqual(of({ unset: ["NOWHERE", "LLAMA_ARG_ENDPOINT_METRICS"] }), ["NOWHERE"]);
  });

  test("a process is given the file as it was named, in its folder", () => {
    const { spec } = llamaCpp.spec(launch(model()), "process");
    assert.ok(spec.kind === "process");
    assert.deepEqual(spec.args, ["-m", "/w/qwen.gguf", "--alias", "qwen", "--host", "127.0.0.1", "--port", "9000"]);
    assert.deepEqual([spec.binary, spec.workingFolder, spec.hostPort], ["llama-server", "/w", 9000]);
  });

  test("its labels hold all that a later start must know", () => {
    const { spec } = llamaCpp.spec(launch(model(), { context: 300 }), "process");
    assert.deepEqual(askedOf(spec.labels), {
      profile: "qwen",
      title: "Qwen 3",
      group: "default",
      backend: "llama.cpp",
      modelPath: "/w/qwen.gguf",
      modelBytes: 10,
      context: 300,
      command: JSON.stringify(["llama-server", ...spec.args]),
    });
    assert.equal(spec.labels["generation"], "3");
  });

  test("all parts of a split model go along, whichever is named", () => {
    const all = ["m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"];
    assert.deepEqual(partNames("m-00002-of-00003.gguf"), all);
    assert.deepEqual(partNames("m.gguf"), ["m.gguf"]);
  });
});

suite("why a llama-server ended", () => {
  const asked: Asked = askedOf(
    askedLabels(
      {
        profile: "q",
        title: "Qwen",
        group: "default",
        backend: "llama.cpp",
        modelPath: "/models/q.gguf",
        modelBytes: 1,
        context: undefined,
        command: "",
      },
      1,
    ),
  );
  const code = (log: readonly string[], exit = { code: 1 as number | null, oomKilled: false as boolean | undefined }) =>
    llamaCpp.explainExit(exit, log, asked);

  // The lines are those of real servers.
  for (const [line, expected] of [
    ["error: invalid argument: --no-mmap", { code: "flagUnknown", flag: "--no-mmap" }],
    [
      "0.00.051.101 E gguf_init_from_reader: invalid magic characters: 'NOPE', expected 'GGUF'",
      { code: "formatInvalid", what: "q.gguf", reason: "invalid magic characters: 'NOPE', expected 'GGUF'" },
    ],
    [
      "0.00.051.101 E llama_model_load: error loading model: tensor 'blk.0.ffn_down.weight' data is not within the file bounds, model is corrupted or incomplete",
      {
        code: "formatInvalid",
        what: "q.gguf",
        reason:
          "error loading model: tensor 'blk.0.ffn_down.weight' data is not within the file bounds, model is corrupted or incomplete",
      },
    ],
    [
      "0.00.051.101 E gguf_init_from_file: failed to open GGUF file '/models/q.gguf' (No such file or directory)",
      { code: "fileUnreadable", path: "/models/q.gguf", reason: "No such file or directory" },
    ],
    [
      "0.00.051.101 E srv  start: couldn't bind HTTP server socket, hostname: 127.0.0.1, port: 8080",
      { code: "portInUse", port: 8080 },
    ],
  ] as const)
    test(line, () =>
      assert.deepEqual(
        code([
          "0.00.1.0 I srv  load_model: loading",
          line,
          "0.00.2.0 E srv  llama_server: exiting due to model loading error",
        ]),
        expected,
      ),
    );

  test("memory that runs out is told by where it ran out", () => {
    const where = (fault: ReturnType<typeof code>): string => (fault.code === "outOfMemory" ? fault.where : fault.code);
    assert.equal(
      where(
        code([
          "E ggml_backend_cuda_buffer_type_alloc_buffer: allocating 19000.00 MiB on device 0: cudaMalloc failed: out of memory",
        ]),
      ),
      "gpu",
    );
    assert.equal(
      where(
        code([
          "ggml_vulkan: Device memory allocation of size 1073741824 failed.",
          "vk::Device::allocateMemory: ErrorOutOfDeviceMemory",
        ]),
      ),
      "gpu",
    );
    assert.equal(where(code([], { code: 137, oomKilled: true })), "host");
    assert.equal(where(code([], { code: 137, oomKilled: undefined })), "host");
    assert.equal(where(code([], { code: 137, oomKilled: false })), "serverExited");
    assert.equal(where(code(["terminate called after throwing an instance of 'std::bad_alloc'"])), "host");
  });

  test("else the first line that speaks of an error has the reason, and nothing is said where it said nothing", () => {
    const reason = (log: readonly string[]) => {
      const fault = code(log);
      return fault.code === "serverExited" ? fault.reason : fault.code;
    };
    assert.equal(
      reason([
        "0.1.2.3 I fine",
        "0.1.2.3 E llama_model_load: error loading model: unknown model architecture: 'nosucharch'",
        "0.1.2.3 E srv  llama_server: exiting",
      ]),
      "error loading model: unknown model architecture: 'nosucharch'",
    );
    assert.equal(reason(["something", "the end"]), "the end");
    assert.equal(reason([]), "it wrote nothing");
  });

  test("no log whatever makes it stumble", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string()),
        fc.option(fc.nat(255)),
        (log, exitCode) => void code(log, { code: exitCode, oomKilled: false }),
      ),
    );
  });
});

suite("what /props says", () => {
  const answer = (body: unknown, status = 200) => ({ kind: "answer", status, body }) as const;
  const asked = (context: number | undefined): Asked => ({
    profile: "q",
    title: "Q",
    group: "default",
    backend: "llama.cpp",
    modelPath: "/models/q.gguf",
    modelBytes: 1,
    context,
    command: "",
  });

  test("is read whatever is missing", () => {
    assert.deepEqual(
      llamaCpp.readBack(
        answer({
          default_generation_settings: { n_ctx: 512 },
          total_slots: 4,
          model_path: "/m",
          build_info: "b1",
          modalities: { vision: true, audio: false },
        }),
      ),
      { context: 512, slots: 4, modelPath: "/m", build: "b1", vision: true, audio: false },
    );
    assert.deepEqual(llamaCpp.readBack(answer([])), {});
    assert.equal(llamaCpp.readBack(answer({}, 503)), undefined);
    assert.equal(llamaCpp.readBack({ kind: "silent", reason: "" }), undefined);
  });

  test("differs where it is not what was asked for, beyond rounding up", () => {
    const context = (wanted: number | undefined, got: number) =>
      llamaCpp.differences(asked(wanted), { context: got }).map(({ asked, got }) => [asked, got]);
    assert.deepEqual(context(8192, 4096), [[8192, 4096]]);
    assert.deepEqual(context(1000, 1024), []);
    assert.deepEqual(context(512, 4096), [[512, 4096]]);
    assert.deepEqual(context(undefined, 4096), []);
    assert.deepEqual(llamaCpp.differences(asked(undefined), { modelPath: "/models/other.gguf" }), [
      { what: "model", asked: "q.gguf", got: "other.gguf" },
    ]);
  });
});
