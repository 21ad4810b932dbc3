import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Patience, TransferJob } from "../../../src/core/downloads/transfers.ts";
import { fileAddress } from "../../../src/core/sources/hub-faults.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import type { Fault } from "../../../src/core/util/faults.ts";
import { parseGitSha1, parseSha256 } from "../../../src/core/util/ids.ts";
import { type HubServer, type HubServerOptions, startHubServer } from "../../support/hub-server.ts";

/** Quick to try again, so that a test of six failures takes no time; what is waited for is an event. */
export const impatient: Patience = {
  attempts: 4,
  base: 2,
  cap: 8,
  stallAfter: 600,
  stallBytes: 1024,
  longestWait: 1500,
  unsaidWait: 20,
  checkpointEvery: 20,
};

/** As that, but that neither a loaded machine's pause nor a server that is slow on purpose is a silence. */
export const unhurried: Patience = { ...impatient, stallAfter: 60_000 };

export interface TestHub {
  readonly hub: HubServer;
  /** Of this test; `out` in it is where files go. */
  readonly folder: string;
  readonly out: string;
  job(file: string, more?: Partial<TransferJob>): TransferJob;
  target(file: string): string;
  close(): Promise<void>;
}

/** Bytes per second of a download that must not end before it is told to go on: a minute for the smallest file of a test. */
export const CRAWL = 500;

export const REPOSITORY = "owner/model";

/** @param contents path in the repository → what it holds; a path with `owner/…//` in front is of that repository */
export async function hubWith(
  contents: Readonly<Record<string, Buffer | string>>,
  options: Omit<HubServerOptions, "folder"> = {},
): Promise<TestHub> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-hub-"));
  const stored = path.join(folder, "hub");
  for (const [name, content] of Object.entries(contents)) {
    const [repository = "", inside = ""] = name.includes("//") ? name.split("//") : [REPOSITORY, name];
    const file = path.join(stored, repository, inside);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const hub = await startHubServer({ folder: stored, ...options });
  const out = path.join(folder, "out");
  const target = (file: string): string => path.join(out, REPOSITORY, file);
  return {
    hub,
    folder,
    out,
    target,
    job: (file, more = {}) => {
      const content = Buffer.from(contents[file] ?? "");
      const large = /\.(gguf|safetensors)$/.test(file);
      const [sha256, gitSha1] = large
        ? [parseSha256(sha256Of(content)), undefined]
        : [undefined, parseGitSha1(gitSha1Of(content))];
      return {
        provider: "huggingface",
        connections: 1,
        allowPrivateHosts: false,
        url: fileAddress(hub.url, REPOSITORY, hub.commit(REPOSITORY), file),
        endpoint: hub.url,
        repository: REPOSITORY,
        commit: hub.commit(REPOSITORY),
        file,
        root: out,
        target: target(file),
        sizeBytes: content.length,
        ...(sha256 && { sha256 }),
        ...(gitSha1 && { gitSha1 }),
        force: false,
        reserveBytes: 0,
        ...more,
      };
    },
    close: async () => {
      await hub.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const sha256Of = (content: Buffer | string): string => createHash("sha256").update(content).digest("hex");
export const gitSha1Of = (content: Buffer): string =>
  createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");

/** The same for the same size, and no byte of it where another is. */
export function sampleBytes(size: number, seed = 1): Buffer {
  const content = Buffer.alloc(size);
  let state = seed >>> 0;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    content[i] = state >>> 24;
  }
  return content;
}

export const read = (file: string): Promise<Buffer> => readFile(file);

/** Everything below the folder, sorted; empty where it is absent. */
export async function namesBelow(folder: string): Promise<readonly string[]> {
  const items = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return items
    .filter((item) => item.isFile())
    .map((item) => path.relative(folder, path.join(item.parentPath, item.name)).split(path.sep).join("/"))
    .toSorted();
}

/** The fault a promise is rejected with; fails where it is not, or with something else. */
export async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  try {
    await promise;
  } catch (error) {
    if (isFault(error)) return error.fault;
    throw error;
  }
  assert.fail("nothing was thrown");
}

export const never = new AbortController().signal;
