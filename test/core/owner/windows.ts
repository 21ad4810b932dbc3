import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Download } from "../../../src/core/protocol/downloads.ts";
import type { EntryPage } from "../../../src/core/protocol/models.ts";
import type { DeckEvent, DeckSnapshot } from "../../../src/core/protocol/snapshot.ts";
import type { Freezing } from "./freeze.ts";
import { type HubServer, type HubServerOptions, startHubServer } from "../../support/hub-server.ts";

interface Message {
  readonly ready?: number;
  readonly failed?: { readonly code: string; readonly message: string };
  readonly log?: string;
  readonly event?: DeckEvent;
  readonly secret?: string;
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly fault?: object };
}

/** The deck of another process. */
export interface TestWindow {
  readonly pid: number;
  readonly logs: readonly string[];
  readonly events: readonly DeckEvent[];
  /** Names of secrets it was asked for. */
  readonly asked: readonly string[];
  /** All that was printed. */
  readonly said: () => string;
  run<T>(verb: string, args?: unknown, signal?: AbortSignal): Promise<T>;
  snapshot(): Promise<DeckSnapshot>;
  /** Resolves once something like that was said, or has been already. */
  heard(what: (message: Message) => boolean): Promise<void>;
  logged(pattern: RegExp): Promise<void>;
  send(signal: NodeJS.Signals): void;
  close(): Promise<void>;
  kill(): Promise<void>;
}

/** A hub with one model, a data folder, and as many windows as wanted. */
export interface WindowWorld {
  readonly folder: string;
  readonly storage: string;
  readonly hub: HubServer;
  readonly weights: Buffer;
  /** Where the model goes. */
  readonly target: string;
  /** Rejects with what opening failed with. */
  open(options?: WindowOptions): Promise<TestWindow>;
  close(): Promise<void>;
}

export interface WindowOptions {
  readonly version?: string;
  readonly settings?: Record<string, unknown>;
  readonly secrets?: Record<string, string>;
  /** Once, at that point, it freezes: it says so in its log, and stands still until SIGCONT. */
  readonly freezes?: Freezing;
}

export async function createWindowWorld(
  options: Omit<HubServerOptions, "folder"> & { readonly size?: number } = {},
): Promise<WindowWorld> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "deckwin-"));
  const weights = randomBytes(options.size ?? 300_000);
  const repository = path.join(folder, "hub", "demo", "tiny-GGUF");
  await mkdir(repository, { recursive: true });
  await writeFile(path.join(repository, "tiny-Q4_K_M.gguf"), weights);
  await writeFile(path.join(repository, "README.md"), "---\nlicense: mit\n---\n# Tiny\n");
  const hub = await startHubServer({ ...options, folder: path.join(folder, "hub") });
  const storage = path.join(folder, "data");
  const windows: TestWindow[] = [];
  return {
    folder,
    storage,
    hub,
    weights,
    target: path.join(folder, "models/demo/tiny-GGUF/tiny-Q4_K_M.gguf"),
    open: async ({ version = "1.0.0", settings = {}, secrets = {}, freezes } = {}) => {
      const options = {
        storage,
        version,
        secrets,
        settings: {
          "huggingface.endpoint": hub.url,
          locations: { main: { path: path.join(folder, "models"), layout: "owner-repo" } },
          "serving.engine": "process",
          "gpu.enabled": false,
          ...settings,
        },
      };
      const window = await startWindow(options, freezes);
      windows.push(window);
      return window;
    },
    close: async () => {
      await Promise.all(windows.map((window) => window.kill()));
      await hub.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function startWindow(options: object, freezes: Freezing | undefined): Promise<TestWindow> {
  // Options of this kind alone reach the threads of a process, too.
  const preload = { NODE_OPTIONS: `--import ${import.meta.resolve("./freeze.ts")}`, MODELDECK_FREEZE: freezes };
  const child: ChildProcess = spawn(
    process.execPath,
    [fileURLToPath(import.meta.resolve("./window.ts")), JSON.stringify(options)],
    { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...(freezes && preload) } },
  );
  const closed = once(child, "close");
  const messages: Message[] = [];
  let said = "";
  const watchers = new Set<() => void>();
  if (!child.stdout || !child.stdin) throw new Error("it has no pipes");
  const { stdin } = child;
  createInterface({ input: child.stdout }).on("line", (line) => {
    said += `${line}\n`;
    messages.push(JSON.parse(line) as Message);
    for (const look of watchers) look();
  });
  let over = false;
  child.on("close", () => {
    over = true;
    for (const look of watchers) look();
  });
  const find = (what: (message: Message) => boolean): Promise<Message> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = messages.find(what);
        if (!found && !over) return;
        watchers.delete(look);
        if (found) resolve(found);
        else reject(new Error(`the window ended: ${said}`));
      };
      watchers.add(look);
      look();
    });
  let ids = 0;
  const ask = async (request: object, signal?: AbortSignal): Promise<unknown> => {
    const id = (ids += 1);
    stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    signal?.addEventListener("abort", () => stdin.write(`${JSON.stringify({ abort: id })}\n`));
    const { value, error } = await find((message) => message.id === id);
    if (error) throw Object.assign(new Error(error.message), { code: error.code, fault: error.fault });
    return value;
  };
  const { failed } = await find((message) => message.ready !== undefined || message.failed !== undefined);
  const window: TestWindow = {
    pid: child.pid ?? 0,
    get logs() {
      return messages.flatMap(({ log }) => log ?? []);
    },
    get events() {
      return messages.flatMap(({ event }) => event ?? []);
    },
    get asked() {
      return messages.flatMap(({ secret }) => secret ?? []);
    },
    said: () => said,
    run: async (verb, args = {}, signal) => (await ask({ verb, args }, signal)) as never,
    snapshot: async () => (await ask({ snapshot: true })) as DeckSnapshot,
    heard: async (what) => void (await find(what)),
    logged: async (pattern) => void (await find(({ log }) => log !== undefined && pattern.test(log))),
    send: (signal) => void child.kill(signal),
    close: async () => {
      stdin.end();
      await closed;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await closed;
    },
  };
  if (failed) {
    await window.kill();
    throw Object.assign(new Error(failed.message), failed);
  }
  return window;
}

export const owns = (window: TestWindow): boolean => roles(window).at(-1) === "owns";

/** What it was, one after the other. */
export const roles = ({ logs }: TestWindow): readonly ("owns" | "follows")[] =>
  logs.flatMap((line) => (/This window (owns|follows)/.exec(line)?.[1] as "owns" | "follows" | undefined) ?? []);

/** Of the window's own words, `count` lines on which seat it has. */
export const seated = (window: TestWindow, count: number): Promise<void> =>
  window.heard(() => roles(window).length >= count);

export const download = async (window: TestWindow): Promise<string> => {
  const { ids } = await window.run<{ ids: string[] }>("downloads.add", {
    model: "demo/tiny-GGUF",
    quantizations: ["q4_k_m"],
  });
  return ids[0] ?? "";
};

export async function ended(window: TestWindow, id: string): Promise<Download> {
  for (let heard = -1; ;) {
    heard = window.events.length;
    const { downloads } = await window.run<{ downloads: Download[] }>("downloads.list");
    const found = downloads.find((one) => one.id === id && ["done", "failed", "cancelled"].includes(one.state));
    if (found) return found;
    await window.heard(() => window.events.length > heard);
  }
}

/** Complete under its name, proven, known once, and nothing beside it. */
export async function assertOneModel(world: WindowWorld, window: TestWindow): Promise<void> {
  assert.ok((await readFile(world.target)).equals(world.weights), "the file is not what the hub has");
  assert.deepEqual(await readdir(path.dirname(world.target)), [path.basename(world.target)]);
  const { entries, total } = await window.run<EntryPage>("models.list");
  assert.equal(total, 1);
  assert.equal(entries[0]?.proof, "sha256");
  const { downloads } = await window.run<{ downloads: Download[] }>("downloads.list");
  assert.equal(downloads.length, 1);
}
