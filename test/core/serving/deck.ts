import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { nodeServerHttp } from "../../../src/core/adapters/server-http.ts";
import { openDatabase } from "../../../src/core/adapters/sqljs-database.ts";
import type { Database } from "../../../src/core/ports/database.ts";
import type { Runtime } from "../../../src/core/ports/runtime.ts";
import { type RecoveringController, createServingController } from "../../../src/core/serving/create-controller.ts";
import type { ServingDeps } from "../../../src/core/serving/deps.ts";
import { createProfileBook } from "../../../src/core/serving/create-profile-book.ts";
import type { LoadWatch } from "../../../src/core/serving/loaded.ts";
import { routedRuntimes } from "../../../src/core/serving/router/routed-runtimes.ts";
import { keyColumns, migrations } from "../../../src/core/registry/schema.ts";
import { readSettings } from "../../../src/core/settings.ts";
import { reasonOf } from "../../../src/core/util/faults.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { freePort } from "../../support/free-port.ts";

/** A controller over a real registry and real files, with the runtimes given. */
export interface ServingWorld {
  readonly folder: string;
  readonly port: number;
  readonly database: Database;
  readonly runtimes: { readonly containers: Runtime; readonly processes: Runtime };
  readonly serving: RecoveringController;
  /** Log lines of our own, for when something goes wrong unseen. */
  readonly complaints: string[];
  values: Record<string, unknown>;
  healthTimeout: number;
  /** Of the next controller. */
  loads: LoadWatch | undefined;
  /** What the system tells of those it ended for want of memory; nothing unless told. */
  oomKills: number | undefined;
  /** More of what serving asks for, of the next controller. */
  more: Partial<ServingDeps>;
  conf(text: string): Promise<void>;
  model(name: string, content?: string): Promise<string>;
  /** As a later start of the program has it; the old one is left as a kill would leave it, or closed first. */
  reopen(): RecoveringController;
  dispose(): Promise<void>;
}

export async function openServingWorld(
  runtimes: (folder: string) => { readonly containers: Runtime; readonly processes: Runtime },
  settings: Record<string, unknown> = {},
): Promise<ServingWorld> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-serving-"));
  const port = await freePort();
  const conf = path.join(folder, "models.conf");
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const database = await openDatabase({
    folder: path.join(folder, "registry"),
    generation: 1,
    migrations,
    keyColumns,
    log: quiet,
  });
  const storage = path.join(folder, "storage");
  const { containers, processes } = runtimes(storage);
  const routed = routedRuntimes(
    { containers, processes },
    {
      http: nodeServerHttp,
      clock: nodeClock,
      files: nodeFiles,
      digest: nodeDigest,
      folder: path.join(storage, "routers"),
      oomKills: () => world.oomKills,
    },
  );
  const complaints: string[] = [];
  const opened: RecoveringController[] = [];
  const world: ServingWorld = {
    folder,
    port,
    database,
    runtimes: { containers, processes },
    complaints,
    values: { "profiles.files": [conf], weightsRoot: folder, "serving.port": port, ...settings },
    healthTimeout: 60_000,
    loads: undefined,
    oomKills: undefined,
    more: {},
    get serving() {
      return opened.at(-1) ?? world.reopen();
    },
    conf: (text) => writeFile(conf, text),
    model: async (name, content = "GGUF") => {
      const file = path.join(folder, name);
      await writeFile(file, content);
      return file;
    },
    reopen: () => {
      const read = () => {
        const { settings } = readSettings(world.values, folder);
        return { ...settings, serving: { ...settings.serving, healthTimeout: millis(world.healthTimeout) } };
      };
      const say = (line: string, error?: unknown): void =>
        void complaints.push(error === undefined ? line : `${line}: ${reasonOf(error)}`);
      const controller = createServingController({
        clock: nodeClock,
        files: nodeFiles,
        http: nodeServerHttp,
        log: { debug: () => undefined, info: () => undefined, warn: say, error: say },
        registry: database,
        profiles: createProfileBook({ files: nodeFiles, settings: read }),
        settings: read,
        ...routed,
        loads: world.loads,
        redact: (line) => line.replaceAll("hunter2", "•••"),
        ...world.more,
      });
      opened.push(controller);
      return controller;
    },
    dispose: async () => {
      const signal = AbortSignal.timeout(120_000);
      for (const controller of opened) await controller.close();
      for (const runtime of [containers, processes])
        for (const server of await runtime.list(signal)) await server.stop(millis(500), signal);
      await database.close();
      await rm(folder, { recursive: true, maxRetries: 10 });
    },
  };
  return world;
}

/** Resolves once the status is so. */
export function until(
  serving: RecoveringController,
  holds: (status: ReturnType<RecoveringController["status"]>) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!holds(serving.status())) return;
      subscription.dispose();
      resolve();
    };
    const subscription = serving.onChange(look);
    look();
  });
}
