// The tier "host": mocha suites of test/extension inside the real extension host, once with containers and once with
// local processes. They run in another process, so what they need of the world comes to them as JSON.
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { HostWorld } from "../extension/host-world.ts";
import { startCivitaiServer } from "./civitai-server.ts";
import { createCollection } from "./collection/collection.ts";
import { isRequired } from "./needs.ts";
import { type TierResult, nothing, together } from "./result.ts";
import { withSecondAttempt } from "./second-attempt.ts";
import { type ServeWith, endServers, serveWithDocker, serveWithProcess } from "./serve-with.ts";
import { root } from "./tiers.ts";
import { bundleHostTests } from "./vscode/host-bundles.ts";
import { runHostTests } from "./vscode/host-tests.ts";
import { type VsCode, findVsCode } from "./vscode/window.ts";
import { createWorld } from "./world.ts";

const at = process.argv.indexOf("--grep");
const grep = at < 0 ? undefined : process.argv[at + 1];

async function inHost(vscode: VsCode, how: ServeWith, files: readonly string[]): Promise<TierResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "mdh-"));
  const world = await createWorld(folder, { how, sizeMb: 3 });
  const { first, second, server, storage, models, profilesFile } = world;
  const collection = await createCollection(path.join(folder, "collection"));
  const civitai = await startCivitaiServer([collection.civitai]);
  const settings = {
    ...world.settings,
    "modelDeck.civitai.endpoint": civitai.url,
    "modelDeck.ollama.models": collection.settings["modelDeck.ollama.models"],
    // Nobody listens there.
    "modelDeck.ollama.url": "http://127.0.0.1:9",
  };
  const told: HostWorld = {
    runtime: how.kind === "docker" ? "container" : "process",
    hub: world.hub.url,
    first,
    second,
    server,
    storage,
    models,
    profilesFile,
    collection: path.join(folder, "collection"),
  };
  try {
    return await runHostTests(vscode, {
      files,
      extensions: [root],
      settings,
      env: { MODELDECK_WORLD: JSON.stringify(told) },
      timeout: 180_000,
      print: console.log,
      ...(grep === undefined ? {} : { grep }),
    });
  } finally {
    await endServers(how, storage);
    await Promise.all([world.close(), civitai.close()]);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** All files run in one window, and are told as one: see `host-runner.cjs`. */
const WINDOW = "window";

const lacking = (what: "vscode" | "engine" | "llama", title: string, reason: string): TierResult => {
  if (isRequired(what))
    return { ...nothing, failed: [{ title, error: `MODELDECK_REQUIRE names ${what}, but ${reason}` }] };
  console.log(`skipped: ${title}: ${reason}`);
  return { ...nothing, skipped: 1 };
};

async function runAll(): Promise<TierResult> {
  const found = await findVsCode();
  if (!found.ok) return lacking("vscode", "the extension host", found.reason);
  const files = await bundleHostTests();
  const results: TierResult[] = [];
  for (const [what, title, find] of [
    ["engine", "the extension host, serving in containers", serveWithDocker],
    ["llama", "the extension host, serving with processes", serveWithProcess],
  ] as const) {
    const server = await find();
    if (!server.ok) {
      results.push(lacking(what, title, server.reason));
      continue;
    }
    console.log(`\n${title}`);
    const attempt = (): Promise<TierResult> =>
      inHost(found.vscode, server.how, files).catch((error: unknown) => ({
        ...nothing,
        failed: [
          {
            title,
            error: error instanceof Error ? (error.stack ?? error.message) : String(error),
            file: WINDOW,
            isRunner: true,
          },
        ],
      }));
    const first = await attempt();
    const again = (): Promise<TierResult> => {
      console.log(`\n${title}: once more`);
      return attempt();
    };
    results.push(grep === undefined ? await withSecondAttempt(first, again) : first);
  }
  return together(results);
}

const result = await runAll();
const report = process.env["MODELDECK_REPORT"];
if (report) {
  mkdirSync(path.dirname(report), { recursive: true });
  writeFileSync(`${report}.json`, JSON.stringify(result));
}
process.exit(result.failed.length > 0 ? 1 : 0);
