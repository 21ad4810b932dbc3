import { mkdir, mkdtemp, realpath, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { encode as encodePng } from "fast-png";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { nodeRandom } from "../../../src/core/adapters/node-random.ts";
import { nodeWeb } from "../../../src/core/adapters/node-web.ts";
import { createPictureThread } from "../../../src/core/adapters/pictures-thread.ts";
import { openDatabase } from "../../../src/core/adapters/sqljs-database.ts";
import { type MetadataParts, type MetadataRoom, createMetadata } from "../../../src/core/metadata/create-metadata.ts";
import { type HubCache, createHubCache } from "../../../src/core/metadata/hub-cache.ts";
import type { EntryDetails } from "../../../src/core/protocol/models.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import { editsUnder } from "../../../src/core/registry/entry-edits.ts";
import type { NewEntry } from "../../../src/core/registry/new-entry.ts";
import type { Registry } from "../../../src/core/registry/registry.ts";
import { keyColumns, migrations } from "../../../src/core/registry/schema.ts";
import { type Civitai, createCivitai } from "../../../src/core/sources/civitai/civitai.ts";
import { type CivitaiServer, type StoredVersion, startCivitaiServer } from "../../support/civitai-server.ts";
import { sha256Of } from "../downloads/support.ts";

export const SECRET = "civitai_secret_of_some_length";

export interface MetadataWorld extends MetadataRoom {
  readonly server: CivitaiServer;
  readonly civitai: Civitai;
  readonly cache: HubCache;
  readonly registry: Registry;
  readonly folder: string;
  readonly models: string;
  readonly storage: string;
  /** An entry of one file that is there. */
  add(name: string, file: string, content: string, more?: Partial<NewEntry>): Promise<string>;
  show(name: string): Promise<EntryDetails>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly versions?: readonly StoredVersion[];
  /** Of a hub, for cards. */
  readonly hub?: string;
  readonly parts?: (parts: MetadataParts) => MetadataParts;
}

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Real server, registry, files and pictures. */
export async function createMetadataWorld({ versions = [], hub, parts }: WorldOptions = {}): Promise<MetadataWorld> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), "modeldeck-metadata-")));
  const [models, storage] = [path.join(folder, "models"), path.join(folder, "storage")];
  await mkdir(models);
  const server = await startCivitaiServer(versions);
  const database = await openDatabase({ folder: storage, generation: 1, migrations, keyColumns, log: silent });
  const registry = createRegistry(database, {
    files: nodeFiles,
    clock: nodeClock,
    digest: nodeDigest,
    testingPatterns: [],
  });
  const cache = createHubCache(registry, nodeClock);
  const token = async (): Promise<string> => `${SECRET}\n`;
  const civitai = createCivitai({ web: nodeWeb, clock: nodeClock, endpoint: server.url, token, cache });
  const own: MetadataParts = {
    registry,
    files: nodeFiles,
    pictures: createPictureThread(),
    digest: nodeDigest,
    storage,
    clock: nodeClock,
    random: nodeRandom,
    civitai,
    cards: { web: nodeWeb, endpoint: hub ?? server.url, token: async () => undefined, cache },
    computeDigests: async () => new Map(),
  };
  const room = createMetadata(parts ? parts(own) : own);
  return {
    ...room,
    server,
    civitai,
    cache,
    registry,
    folder,
    models,
    storage,
    add: async (name, file, content, more = {}) => {
      const where = path.join(models, file);
      await mkdir(path.dirname(where), { recursive: true });
      await writeFile(where, content);
      const { size, mtimeMs } = await stat(where);
      const entry: NewEntry = {
        displayName: name,
        family: name,
        backend: "comfyui",
        proof: "sha256",
        path: where,
        files: [{ path: where, sizeBytes: size, modified: mtimeMs, sha256: sha256Of(content), proof: "sha256" }],
        characteristics: [],
        ...more,
      };
      await registry.commit(editsUnder(name, entry));
      return where;
    },
    show: (name) => registry.show(name),
    close: async () => {
      await room.close();
      await database.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A picture of one colour. */
export const png = (width: number, height: number, channels: 3 | 4 = 3): Uint8Array =>
  encodePng({ width, height, depth: 8, channels, data: new Uint8Array(width * height * channels).fill(120) });
