import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createProcessRuntime } from "../../src/core/adapters/process-runtime.ts";
import type { ServerSpec } from "../../src/core/ports/runtime.ts";
import { type Behaviour, runtimeContract } from "./runtime.ts";

const FAKE = path.join(import.meta.dirname, "../support/fake-llama-server.mjs");

runtimeContract("processes", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-processes-"));
  const model = path.join(folder, "model.gguf");
  await writeFile(model, "GGUF");
  const storage = path.join(folder, "storage");
  const flags: Record<Behaviour, readonly string[]> = {
    serve: [],
    exit: ["--fake-log", String.raw`one\n\e[31mtwo\e[0m`, "--fake-exit", "3"],
    stubborn: ["--fake-stubborn"],
    flood: ["--fake-flood", "20", "--fake-exit", "0"],
  };
  const spec = (behaviour: Behaviour, port: number): ServerSpec => ({
    kind: "process",
    binary: FAKE,
    group: "default",
    args: ["-m", model, "--host", "127.0.0.1", "--port", String(port), ...flags[behaviour]],
    environment: {},
    hostPort: port,
    labels: { profile: "a", group: "default" },
    workingFolder: folder,
  });
  return {
    runtime: createProcessRuntime({ storage }),
    reopened: () => createProcessRuntime({ storage }),
    foreign: () => createProcessRuntime({ storage: path.join(folder, "other") }),
    spec,
    missing: (port) => ({
      ...spec("serve", port),
      kind: "process",
      binary: path.join(folder, "nothing"),
      workingFolder: folder,
    }),
    present: FAKE,
    absent: "no-such-llama-server",
    dispose: () => rm(folder, { recursive: true }),
  };
});
