import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createHashThreads } from "../../../src/core/adapters/hash-threads.ts";
import { createHuggingFaceClient } from "../../../src/core/adapters/huggingface-client.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { createNodeLinks } from "../../../src/core/adapters/node-links.ts";
import { nodeLocalTime } from "../../../src/core/adapters/node-local-time.ts";
import { nodeRandom } from "../../../src/core/adapters/node-random.ts";
import { createPartialFiles } from "../../../src/core/adapters/partial-files.ts";
import { openDatabase } from "../../../src/core/adapters/sqljs-database.ts";
import { createScanThread } from "../../../src/core/adapters/scan-thread.ts";
import { createWorkerTransfers } from "../../../src/core/adapters/worker-transfers.ts";
import { createContentIndex } from "../../../src/core/content/create-content.ts";
import { type QueueParts, createDownloadQueue } from "../../../src/core/downloads/create-queue.ts";
import { createInstalledFiles } from "../../../src/core/downloads/installed.ts";
import { refuseLockedOnes } from "../../../src/core/downloads/refuse-locked.ts";
import { createPublishSet } from "../../../src/core/downloads/publish-set.ts";
import { createReuse } from "../../../src/core/downloads/create-reuse.ts";
import { ollamaEntry } from "../../../src/core/downloads/ollama-entry.ts";
import type { DownloadQueue } from "../../../src/core/downloads/queue.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import type { Files } from "../../../src/core/ports/files.ts";
import type { Download } from "../../../src/core/protocol/downloads.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import { entryEdits } from "../../../src/core/registry/entry-edits.ts";
import type { Registry } from "../../../src/core/registry/registry.ts";
import { keyColumns, migrations } from "../../../src/core/registry/schema.ts";
import { type Layout, readSettings } from "../../../src/core/settings.ts";
import { identifyFiles } from "../../../src/core/identify/identify-files.ts";
import type { Hub } from "../../../src/core/sources/hub.ts";
import { createHuggingFaceHub } from "../../../src/core/sources/huggingface.ts";
import { createHostBook } from "../../../src/core/system/host-book.ts";
import { bytes } from "../../../src/core/util/ids.ts";
import type { HubServer } from "../../support/hub-server.ts";
import { unhurried } from "./support.ts";

export interface QueueWorld {
  readonly queue: DownloadQueue;
  readonly registry: Registry;
  close(): Promise<void>;
}

export interface QueueOptions {
  readonly storage: string;
  readonly models: string;
  readonly generation?: number;
  readonly layout?: Layout;
  readonly parallel?: number;
  /** Bytes up to which files count as small; none unless told. */
  readonly small?: number;
  readonly reserve?: number;
  readonly token?: string;
  /** A further location, of the name `second`. */
  readonly second?: string;
  readonly schedule?: QueueParts["schedule"];
  readonly bandwidthLimit?: number;
  readonly clock?: Clock;
  readonly files?: Files;
  readonly hub?: Hub;
  /** Folders whose files may hold the bytes that are wanted. */
  readonly stores?: readonly string[];
  readonly ollamaPulls?: QueueParts["ollamaPulls"];
  readonly ollamaStore?: string;
  readonly reachable?: QueueParts["reachable"];
  readonly hosts?: QueueParts["hosts"];
}

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The queue as it is wired in the real thing: worker, registry, hub. */
export async function openQueue(hub: HubServer, options: QueueOptions): Promise<QueueWorld> {
  const database = await openDatabase({
    folder: options.storage,
    generation: options.generation ?? 1,
    migrations,
    keyColumns,
    log: silent,
  });
  const registry = createRegistry(database, {
    files: nodeFiles,
    clock: nodeClock,
    digest: nodeDigest,
    testingPatterns: [],
  });
  const token = async (): Promise<string | undefined> => options.token;
  const endpoint = hub.url;
  const hasher = createHashThreads();
  const links = createNodeLinks();
  const scanner = createScanThread({ cacheFolder: undefined, version: "test", log: { warn: () => undefined } });
  const queue = await createDownloadQueue({
    identify: (lying, signal) => identifyFiles({ scanner, files: nodeFiles }, lying, signal),
    registry,
    entryEdits,
    localTime: nodeLocalTime,
    schedule: options.schedule ?? [],
    bandwidthLimit: options.bandwidthLimit,
    limitFile: path.join(options.storage, "download-limit.json"),
    links,
    hasher,
    reuse: createReuse({
      content: createContentIndex({
        registry,
        files: nodeFiles,
        hasher,
        scanner,
        clock: nodeClock,
        log: silent,
        roots: async () => options.stores ?? [],
      }),
      files: nodeFiles,
      links,
      partials: createPartialFiles(),
      reserve: 0,
      stores: async () => ({}),
    }),
    publish: createPublishSet({ files: nodeFiles, links }),
    ollamaPulls: options.ollamaPulls ?? { pull: async () => assert.fail("Ollama was not asked") },
    ollamaEntry: (name, sizeBytes, signal) =>
      ollamaEntry(
        {
          scanner,
          files: nodeFiles,
          surroundings: {
            env: { OLLAMA_MODELS: options.ollamaStore },
            home: undefined,
            settings: {
              ...readSettings({}, "/none").settings,
              locations: [],
              ollama: { models: options.ollamaStore, url: "" },
            },
          },
          locations: [],
        },
        name,
        sizeBytes,
        signal,
      ),
    hosts: options.hosts ?? createHostBook(nodeClock),
    reachable: options.reachable ?? (async () => true),
    endpoints: { huggingface: endpoint, civitai: "http://127.0.0.1:9" },
    access: {
      tokenFor: async () => options.token,
      endpointFor: (provider, url) => (provider === "url" && url !== undefined ? new URL(url).origin : endpoint),
    },
    hub:
      options.hub ??
      createHuggingFaceHub({
        client: createHuggingFaceClient({ endpoint, token }),
        endpoint,
        installed: createInstalledFiles(registry),
      }),
    transfers: createWorkerTransfers(unhurried, undefined, ({ target }) =>
      refuseLockedOnes({ registry }, [], [target]),
    ),
    files: options.files ?? nodeFiles,
    partials: createPartialFiles(),
    clock: options.clock ?? nodeClock,
    random: nodeRandom,
    places: {
      locations: [
        { name: "main", path: options.models, layout: options.layout ?? "owner-repo" },
        ...(options.second === undefined
          ? []
          : [{ name: "second", path: options.second, layout: "owner-repo" } as const]),
      ],
      defaultLocation: "main",
    },
    reserve: bytes(options.reserve ?? 0),
    parallel: options.parallel ?? 3,
    small: options.small ?? 0,
    connections: 4,
    allowPrivateHosts: false,
  });
  return {
    queue,
    registry,
    close: async () => {
      await queue.close();
      await scanner.close();
      await hasher.close();
      await database.close();
    },
  };
}

export const temporary = async (): Promise<{ readonly folder: string; remove(): Promise<void> }> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-queue-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
};

/** Resolves with the first download that fits, at once or when the queue says that something changed. */
export function until(queue: DownloadQueue, fits: (download: Download) => boolean): Promise<Download> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = queue.list({}).find(fits);
      if (!found) return;
      for (const one of heard) one.dispose();
      resolve(found);
    };
    const heard = [queue.onChange(look), queue.onProgress(look)];
    look();
  });
}

export const untilState = (queue: DownloadQueue, id: string, state: Download["state"]): Promise<Download> =>
  until(queue, (one) => one.id === id && one.state === state);
