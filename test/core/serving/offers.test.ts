import assert from "node:assert/strict";
import type { ServerExit } from "../../../src/core/ports/runtime.ts";
import type { FitVerdict } from "../../../src/core/protocol/fit.ts";
import type { SwitchOffer } from "../../../src/core/protocol/serving.ts";
import { askedOf } from "../../../src/core/serving/backend.ts";
import { llamaCpp } from "../../../src/core/serving/backends/llama-cpp.ts";
import { lately, mayRestart } from "../../../src/core/serving/crashes.ts";
import { type Beside, offersFor, offersOfRefusal } from "../../../src/core/serving/offers.ts";
import { faultWords } from "../../../src/core/present/fault-words.ts";
import { bytes } from "../../../src/core/util/ids.ts";
import { fault } from "../../../src/core/util/faults.ts";

const asked = askedOf({ profile: "a", title: "A", model: "/models/a.gguf" });
const plain = { profile: { context: 32_768, extraArgs: [] }, overrides: {} };
const beside: readonly Beside[] = [{ server: "embedding", title: "Embedder", port: 8081 }];

suite("what would help after a load that failed", () => {
  const died: ServerExit = { code: 1, oomKilled: false };
  const rows: readonly {
    readonly name: string;
    readonly log: readonly string[];
    readonly exit?: ServerExit;
    readonly code: string;
    readonly failed?:
      | typeof plain
      | { readonly profile: { readonly context: undefined; readonly extraArgs: string[] }; readonly overrides: object };
    readonly offers: readonly SwitchOffer[];
  }[] = [
    {
      name: "CUDA runs out of memory for the cache",
      log: [
        "0.01.100.000 I load_tensors: offloaded 33/33 layers to GPU",
        "0.02.000.000 E ggml_backend_cuda_buffer_type_alloc_buffer: allocating 4096.00 MiB on device 0: cudaMalloc failed: out of memory",
        "0.02.000.001 E alloc_tensor_range: failed to allocate CUDA0 buffer of size 4294967296",
      ],
      code: "outOfMemory",
      offers: [
        { kind: "context", context: 16_384 },
        { kind: "cacheType", cacheType: "q8_0" },
        { kind: "gpuLayers", gpuLayers: 24 },
      ],
    },
    {
      name: "Vulkan does, with a small cache already and no context that is asked for",
      log: [
        "0.00.2.0 I srv    load_model: initializing, n_slots = 4, n_ctx_slot = 8192, kv_unified = 'true'",
        "ggml_vulkan: Device memory allocation of size 1073741824 failed.",
        "ggml_vulkan: vk::Device::allocateMemory: ErrorOutOfDeviceMemory",
      ],
      code: "outOfMemory",
      failed: { profile: { context: undefined, extraArgs: ["-ctk", "q8_0", "-ctv", "q8_0"] }, overrides: {} },
      offers: [{ kind: "context", context: 4096 }],
    },
    {
      name: "the machine's memory does: the kernel killed it without a word",
      log: ["0.00.1.0 I srv  load_model: loading model '/models/a.gguf'"],
      exit: { code: 137, oomKilled: true },
      code: "outOfMemory",
      offers: [
        { kind: "context", context: 16_384 },
        { kind: "cacheType", cacheType: "q8_0" },
      ],
    },
    {
      name: "the file is damaged",
      log: ["0.00.2.0 E gguf_init_from_reader: invalid magic characters: 'NOPE', expected 'GGUF'"],
      code: "formatInvalid",
      offers: [],
    },
    {
      name: "a flag is unknown to the server that was started",
      log: ["error: invalid argument: --no-mmap"],
      code: "flagUnknown",
      offers: [],
    },
    {
      name: "the port is taken by a stranger",
      log: ["0.00.2.0 E srv  start: couldn't bind HTTP server socket, hostname: 127.0.0.1, port: 8080"],
      code: "portInUse",
      offers: [],
    },
    {
      name: "a kill that was ours or nobody's",
      log: [],
      exit: { code: 137, oomKilled: false },
      code: "serverExited",
      offers: [],
    },
  ];
  for (const { name, log, exit = died, code, failed = plain, offers } of rows)
    test(name, () => {
      const problem = llamaCpp.explainExit(exit, log, asked);
      assert.equal(problem.code, code);
      assert.deepEqual(offersFor(problem, failed, log, []), offers);
    });

  test("a load in a router that ends without a word was ended by the system; one that failed, or was ready, was not", () => {
    const routed = { ...asked, router: "lab" };
    const exit = { code: 1, oomKilled: undefined };
    const warned = "0.00.2.0 W common_fit_params: failed to fit params to free device memory";
    const code = (log: readonly string[], of: typeof asked = routed, loading = true): string =>
      llamaCpp.explainExit(exit, log, of, loading).code;
    assert.equal(code(["0.00.1.0 I srv  load_model: loading model", warned]), "outOfMemory");
    assert.equal(code(["0.00.1.0 E srv  load_model: no such architecture"]), "serverExited");
    assert.equal(code(["/ggml.c:12: GGML_ASSERT(false) failed"]), "serverExited");
    assert.equal(code([warned], routed, false), "serverExited");
    assert.equal(code([warned], asked), "serverExited");
    // Nobody was ended for want of memory.
    const alive = { code: 1, oomKilled: false };
    const silent = llamaCpp.explainExit(alive, [warned], routed, true);
    assert.deepEqual([silent.code, "crash" in silent && silent.crash], ["serverExited", "silent"]);
    assert.match(
      faultWords(silent).message,
      /^A ended while it loaded, without a word: it crashed, or another program/,
    );
  });

  test("a crash is told as such: it is no want of memory, and the remedy is another build", () => {
    const words = (code: number, oomKilled?: boolean) => {
      const problem = llamaCpp.explainExit({ code, oomKilled }, ["0.00.1.0 I load_tensors: loading"], asked, true);
      const { message, remedy } = faultWords(problem);
      return [problem.code, message, remedy];
    };
    for (const oomKilled of [undefined, false])
      assert.deepEqual(words(139, oomKilled), [
        "serverExited",
        "A crashed with a segmentation fault, a mistake in the server or in a driver.",
        "Use another build of the server, or fewer GPU layers.",
      ]);
    assert.match(words(132)[1] ?? "", /instructions that this processor does not have/);
    // As Windows tells the same two.
    assert.match(words(0xc000_0005)[1] ?? "", /segmentation fault/);
    assert.match(words(0xc000_001d)[1] ?? "", /instructions that this processor does not have/);
    assert.equal(words(137)[0], "outOfMemory");
    // One that was refused memory, and then fell over it, ran out of memory all the same.
    const full = "0.00.2.0 E ggml_backend_cuda_buffer_type_alloc_buffer: cudaMalloc failed: out of memory";
    assert.equal(llamaCpp.explainExit({ code: 139, oomKilled: false }, [full], asked).code, "outOfMemory");
  });

  test("what runs beside is offered to be stopped first, for memory and for its port", () => {
    const stop = { kind: "stopOther", server: "embedding", title: "Embedder" } as const;
    const memory = offersFor({ code: "outOfMemory", server: "A", where: "gpu", logTail: [] }, plain, [], beside);
    assert.deepEqual(memory[0], stop);
    assert.deepEqual(offersFor({ code: "portInUse", port: 8081 }, plain, [], beside), [stop]);
    assert.deepEqual(offersFor({ code: "portInUse", port: 8080 }, plain, [], beside), []);
  });

  test("a context that is small already is not halved, and one that was tried is halved again", () => {
    const problem = { code: "outOfMemory", server: "A", where: "host", logTail: [] } as const;
    const offers = (context: number) =>
      offersFor(problem, { ...plain, overrides: { context, cacheType: "q8_0" } }, [], []);
    assert.deepEqual(offers(4096), [{ kind: "context", context: 2048 }]);
    assert.deepEqual(offers(2048), []);
  });

  test("the context that fits is offered, and half of it only where nothing is known of what fits", () => {
    const offers = (fit: FitVerdict | undefined, where: "gpu" | "host" = "gpu") =>
      offersFor({ code: "outOfMemory", server: "A", where, logTail: [] }, small, lines, [], fit).map((offer) =>
        "context" in offer ? offer.context : "gpuLayers" in offer ? `${offer.gpuLayers} layers` : offer.kind,
      );
    const small = { ...plain, overrides: { cacheType: "q8_0" } };
    const lines = ["0.01.100.000 I load_tensors: offloaded 33/33 layers to GPU"];
    assert.deepEqual(offers({ kind: "fitsWith", context: 27_648 }), [27_648, "24 layers"]);
    assert.deepEqual(offers({ kind: "fitsWith", context: 27_648 }, "host"), [27_648]);
    // No context makes it fit: fewer layers would.
    assert.deepEqual(offers({ kind: "offload", gpuLayers: 30, layers: 32 }), ["30 layers"]);
    assert.deepEqual(offers({ kind: "offload", gpuLayers: 30, layers: 32 }, "host"), [16_384]);
    assert.deepEqual(offers({ kind: "no" }), ["24 layers"]);
    for (const fit of [{ kind: "fits" }, { kind: "unknown" }, undefined] as const)
      assert.deepEqual(offers(fit), [16_384, "24 layers"]);
  });

  test("a switch that was refused is offered by force, or with its image", () => {
    assert.deepEqual(offersOfRefusal(fault({ code: "flagUnknown", flag: "--x" })), [{ kind: "force" }]);
    assert.deepEqual(offersOfRefusal(fault({ code: "imageMissing", image: "x" })), [{ kind: "pullImage", image: "x" }]);
    assert.deepEqual(offersOfRefusal(new Error("boom")), []);
  });

  test("what does not fit is offered with as much as would, or as it is", () => {
    const misfit = { code: "doesNotFit", profile: "a", device: "cpu", needed: bytes(2), free: bytes(1) } as const;
    assert.deepEqual(offersOfRefusal(fault({ ...misfit, context: 8192 })), [
      { kind: "context", context: 8192 },
      { kind: "loadAnyway" },
    ]);
    assert.deepEqual(offersOfRefusal(fault({ ...misfit, gpuLayers: 20 })), [
      { kind: "gpuLayers", gpuLayers: 20 },
      { kind: "loadAnyway" },
    ]);
    assert.deepEqual(offersOfRefusal(fault(misfit)), [{ kind: "loadAnyway" }]);
  });
});

suite("what is started again after it ended by itself", () => {
  const crash = { code: "serverExited", server: "A", exitCode: 139, reason: "", logTail: [] } as const;
  const ends = (code: number | null, before: readonly number[] = []) =>
    mayRestart({ code, oomKilled: false }, crash, before, 200_000);
  test("a crash is, twice in two minutes, and not a third time", () => {
    assert.equal(ends(139), true);
    assert.equal(ends(1, [190_000]), true);
    assert.equal(ends(1, [150_000, 190_000]), false);
    assert.equal(ends(1, [10_000, 190_000]), true);
    assert.deepEqual(lately([10_000, 190_000], 200_000), [190_000]);
  });
  test("what someone ended is not, nor what has no room", () => {
    for (const code of [0, 129, 130, 137, 143, null]) assert.equal(ends(code), false, String(code));
    const full = { code: "outOfMemory", server: "A", where: "gpu", logTail: [] } as const;
    assert.equal(mayRestart({ code: 1, oomKilled: false }, full, [], 0), false);
    assert.equal(mayRestart({ code: 139, oomKilled: true }, crash, [], 0), false);
  });
});
