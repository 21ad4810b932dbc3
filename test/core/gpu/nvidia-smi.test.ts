import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, totalmem } from "node:os";
import path from "node:path";
import { nvidiaSmi } from "../../../src/core/adapters/nvidia-smi.ts";
import { nvidiaStream } from "../../../src/core/adapters/nvidia-stream.ts";
import { parseNvidiaProcesses, parseNvidiaSmi } from "../../../src/core/gpu/parse-nvidia-smi.ts";
import { createRounds } from "../../../src/core/gpu/rounds.ts";

const LINE = "GPU-6f1a, NVIDIA H200, 63, 18432, 143771, 41, 310.52, 1";
const { signal } = new AbortController();
const PACE = { every: 10, idle: 60_000, patience: 30_000, backOff: 1 };
/** Milliseconds; a machine that does much else takes long to start a program. */
const PATIENCE = 30_000;

suite("nvidia-smi", () => {
  test("a line becomes a GPU in bytes and shares; what a card does not tell is left open", () => {
    assert.deepEqual(parseNvidiaSmi(`${LINE}\nGPU-2b, GeForce, [N/A], 100, 2048, [Not Supported], [N/A]\n`), [
      {
        uuid: "GPU-6f1a",
        name: "NVIDIA H200",
        load: 0.63,
        memoryUsed: 18_432 * 2 ** 20,
        memoryTotal: 143_771 * 2 ** 20,
        celsius: 41,
        watts: 310.52,
      },
      {
        uuid: "GPU-2b",
        name: "GeForce",
        load: undefined,
        memoryUsed: 100 * 2 ** 20,
        memoryTotal: 2048 * 2 ** 20,
        celsius: undefined,
        watts: undefined,
      },
    ]);
  });

  // What drivers say where there is no card, or none that answers; a lost one says so in its cells.
  for (const said of [
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
    "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.54",
    "Failed to initialize NVML: Unknown Error",
    "No devices were found",
    "Unable to determine the device handle for GPU0000:01:00.0: Unknown Error",
    "GPU-lost, NVIDIA GeForce RTX 3090, [GPU is lost], [GPU is lost], [GPU is lost], [GPU is lost], [GPU is lost], 1",
    "GPU-err, NVIDIA GeForce RTX 3090, [Unknown Error], [Unknown Error], [Unknown Error], ERR!, [Unknown Error], 1",
    "uuid, name, utilization.gpu [%], memory.used [MiB]",
    "",
  ])
    test(`no GPU is made of “${said.slice(0, 50)}”`, () => {
      assert.deepEqual(parseNvidiaSmi(`${said}\n`), []);
      assert.deepEqual(createRounds().add(`${said}\n`), []);
    });

  test("a card in parts tells no load and no temperature, and is there all the same", () => {
    const [gpu] = parseNvidiaSmi("GPU-5d5b, NVIDIA A100-SXM4-40GB, [N/A], 14366, 40960, 38, 87.41, 2\n");
    assert.deepEqual([gpu?.load, gpu?.memoryUsed, gpu?.watts], [undefined, 14_366 * 2 ** 20, 87.41]);
  });

  test("a comma for a point in the power moves no other cell", () => {
    const text =
      "GPU-a, NVIDIA RTX 4090, 12, 900, 24564, 41, 21,55, 2\nGPU-b, NVIDIA RTX 4090, 3, 10, 24564, 39, 9,04, 2\n";
    const [rounds, more] = createRounds().add(text);
    assert.equal(more, undefined);
    assert.deepEqual(
      rounds?.map(({ watts }) => watts),
      [21.55, 9.04],
    );
  });

  test("a card that has the machine's memory is there, with that", async function () {
    if (process.platform === "win32") this.skip();
    const line = "GPU-2dee, NVIDIA GB10, 4, [N/A], [N/A], 35, 11.17, 1";
    assert.deepEqual(parseNvidiaSmi(line), [
      {
        uuid: "GPU-2dee",
        name: "NVIDIA GB10",
        load: 0.04,
        memoryUsed: 0,
        memoryTotal: 0,
        celsius: 35,
        watts: 11.17,
        sharesMemory: true,
      },
    ]);
    const folder = await mkdtemp(path.join(tmpdir(), "smi-"));
    const program = path.join(folder, "smi");
    await writeFile(program, `#!/bin/sh\ncase "$1" in *compute*) exit;; esac; echo "${line}"; exec sleep 60\n`, {
      mode: 0o700,
    });
    const [gpu] = await nvidiaSmi(program, nvidiaStream(program, { ...PACE, idle: 1 }), PATIENCE).read(signal);
    assert.equal(gpu?.memoryTotal, totalmem());
    assert.ok(gpu.memoryUsed > 0 && gpu.memoryUsed < gpu.memoryTotal);
    assert.ok(!("sharesMemory" in gpu));
    await rm(folder, { recursive: true });
  });

  test("lines of Windows end as Windows ends them", () => {
    assert.equal(createRounds().add("GPU-a, A, 1, 1, 10, 1, 1, 1\r\n").length, 1);
  });

  test("who holds memory: once a process, without a name where it is another namespace's, by the whole card where it is a part's", () => {
    const found = parseNvidiaProcesses(
      [
        "GPU-a, 7, 100, /app/llama-server",
        "GPU-a, 7, 50, /app/llama-server",
        "GPU-a, 8, [Insufficient Permissions], [Insufficient Permissions]",
        "MIG-GPU-a/3/0, 9, 10, [Not Found]",
        "MIG-0f7c2bb1-41f7, 10, 10, /app/other",
        "No running processes found",
      ].join("\r\n"),
    );
    assert.deepEqual(found.get("GPU-a"), [
      { pid: 7, name: "/app/llama-server", memory: 150 * 2 ** 20 },
      { pid: 9, name: "9", memory: 10 * 2 ** 20 },
      { pid: 8, name: "8", memory: undefined },
    ]);
    assert.equal(found.size, 1);
  });

  test("a machine without the program has no GPU, and it is not looked for again", async () => {
    const probe = nvidiaSmi("no-such-program-here");
    assert.deepEqual(await probe.read(new AbortController().signal), []);
    assert.deepEqual(await probe.read(new AbortController().signal), []);
  });

  test("who holds memory, by card and the largest first; what the driver keeps to itself is left open", () => {
    // Composed after the documented form: a comma in a path, and a card of Windows, whose driver tells no memory.
    const output =
      "GPU-a, 4711, 512, /opt/a,b/python\nGPU-a, 12, 18018, /app/llama-server\nGPU-b, 9, [N/A], C:\\x.exe\nNo running\n";
    const found = parseNvidiaProcesses(output);
    assert.deepEqual(found.get("GPU-a"), [
      { pid: 12, name: "/app/llama-server", memory: 18_018 * 2 ** 20 },
      { pid: 4711, name: "/opt/a,b/python", memory: 512 * 2 ** 20 },
    ]);
    assert.deepEqual(found.get("GPU-b"), [{ pid: 9, name: "C:\\x.exe", memory: undefined }]);
  });

  test("a round is one line of each card, however the stream is cut", () => {
    const two = ["GPU-a, A, 1, 1, 10, 1, 1, 2", "GPU-b, B, 2, 2, 10, 1, 1, 2"];
    const text = `${[...two, ...two, two[0]].join("\n")}\n`;
    for (let piece = 1; piece < 40; piece += 7) {
      const rounds = createRounds();
      const seen: string[] = [];
      for (let at = 0; at < text.length; at += piece)
        for (const round of rounds.add(text.slice(at, at + piece))) seen.push(round.map(({ name }) => name).join(""));
      assert.deepEqual(seen, ["AB", "AB"]);
    }
  });

  test("a card that says no count is a round when it comes again", () => {
    const line = "GPU-a, A, 1, 1, 10, 1, 1, [N/A]\n";
    assert.equal(createRounds().add(line + line + line).length, 2);
  });

  suite("as a program that goes on printing", () => {
    let folder = "";
    let program = "";
    setup(async function () {
      if (process.platform === "win32") this.skip();
      folder = await mkdtemp(path.join(tmpdir(), "smi-"));
      program = path.join(folder, "smi");
    });
    teardown(async () => {
      // Its shell goes on where a test failed before its end.
      const pid = await pidOf().catch(() => undefined);
      if (pid !== undefined && isAlive(pid)) process.kill(pid, "SIGKILL");
      await rm(folder, { recursive: true, force: true });
    });
    const write = async (script: string): Promise<void> => {
      await writeFile(program, `#!/bin/sh\n${script}\n`);
      await chmod(program, 0o700);
    };
    const starts = async (): Promise<number> =>
      (await readFile(path.join(folder, "starts"), "utf8")).split("\n").length - 1;
    const loops = `case "$1" in *compute*) echo "GPU-6f1a, 77, 100, me"; exit;; esac
echo $$ > "$(dirname "$0")/pid"; echo start >> "$(dirname "$0")/starts"; while echo "${LINE}"; do sleep 0.01; done`;
    const pidOf = async (): Promise<number> => Number(await readFile(path.join(folder, "pid"), "utf8"));
    const isAlive = (pid: number): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };

    test("it is started once, and each question gets a round of its own", async () => {
      await write(loops);
      const probe = nvidiaSmi(program, nvidiaStream(program, PACE), PATIENCE);
      for (let question = 0; question < 3; question += 1) {
        const [gpu] = await probe.read(signal);
        assert.equal(gpu?.name, "NVIDIA H200");
        assert.deepEqual(gpu?.processes, [{ pid: 77, name: "me", memory: 100 * 2 ** 20 }]);
      }
      assert.equal(await starts(), 1);
    });

    test("what is asked for now is measured now, by whom memory is held too", async () => {
      const state = path.join(folder, "state");
      const now = path.join(folder, "now");
      await writeFile(
        now,
        `#!/bin/sh\ncase "$1" in\n--query-gpu*) sed -n 1p '${state}';;\n*) sed -n 2p '${state}';;\nesac\n`,
      );
      await chmod(now, 0o755);
      const [card] = parseNvidiaSmi(LINE);
      assert.ok(card);
      // The stream goes on saying what was.
      const probe = nvidiaSmi(now, { next: async () => [card] }, PATIENCE);
      const look = async (how: "read" | "now") =>
        (await probe[how]?.(signal))?.map(({ memoryUsed, processes }) => [memoryUsed / 2 ** 20, processes.length]);
      await writeFile(state, `${LINE}\nGPU-6f1a, 12, 18018, /app/llama-server\n`);
      assert.deepEqual(await look("read"), [[18_432, 1]]);
      await writeFile(state, `${LINE.replace("18432", "414")}\n`);
      assert.deepEqual(await look("read"), [[18_432, 1]]);
      assert.deepEqual(await look("now"), [[414, 0]]);
    });

    test("one that dies is started again", async () => {
      await write(`echo start >> "$(dirname "$0")/starts"; echo "${LINE}"; kill -9 $$`);
      const stream = nvidiaStream(program, PACE);
      let rounds = 0;
      while (rounds < 2) {
        rounds += (await stream.next(signal)).length;
        await new Promise(setImmediate);
      }
      assert.equal((await starts()) >= 2, true);
    });

    test("a driver that hangs it is not waited for", async () => {
      await write("exec sleep 600");
      assert.deepEqual(await nvidiaStream(program, { ...PACE, patience: 20 }).next(signal), []);
    });

    test("one that finds no driver is not started again", async () => {
      await write(`echo start >> "$(dirname "$0")/starts"; echo "NVIDIA-SMI has failed"; exit 9`);
      const stream = nvidiaStream(program, PACE);
      for (let question = 0; question < 3; question += 1) assert.deepEqual(await stream.next(signal), []);
      assert.equal(await starts(), 1);
    });

    test("it ends when nobody asks any more", async () => {
      await write(`echo $$ > "$(dirname "$0")/pid"; while echo "${LINE}"; do sleep 0.01; done`);
      await nvidiaStream(program, { ...PACE, idle: 1 }).next(signal);
      const pid = await pidOf();
      while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
    });
  });
});
