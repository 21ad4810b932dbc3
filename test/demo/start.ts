// npm start: builds, brings up a demo (a hub with two tiny models, what serves them, and stores of five programs), and opens VS Code with Model
// Deck in it, or prints the address of the workbench. Ctrl-C ends all that was started.
// npm start -- --check: does the main job by itself through the screen; screenshots in out/check/.
// npm start -- --stand-in: serves with the scripted stand-in, as on a machine that can have nothing better.
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { startCollectionCivitai } from "../support/collection/collection-civitai.ts";
import { createCollection } from "../support/collection/collection.ts";
import { must } from "../support/command.ts";
import { bestServer, endServers, serveWithStandIn } from "../support/serve-with.ts";
import { root } from "../support/tiers.ts";
import { showVsCode } from "../support/vscode/show.ts";
import { findVsCode } from "../support/vscode/window.ts";
import { createWorld } from "../support/world.ts";
import { checkDemo } from "./check.ts";

const check = process.argv.includes("--check");
const ending: (() => Promise<unknown>)[] = [];
const end = async (): Promise<void> => {
  for (const one of ending.splice(0).toReversed()) await one().catch((error: unknown) => console.error(error));
};
const interrupted = new Promise<void>((resolve) => {
  process.once("SIGINT", () => resolve());
  process.once("SIGTERM", () => resolve());
});

console.log(
  "Model Deck demo. What it needs and does not find here (VS Code's workbench, a browser, llama-server, a container",
);
console.log(
  "engine) it installs: from npm into the cache folder, or, as root on a Debian, with apt-get. Each is said first.\n",
);
try {
  const code = await Promise.race([demo(), interrupted]);
  process.exitCode = code ?? 0;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await end();
}
process.exit();

async function demo(): Promise<number> {
  await must(process.execPath, ["esbuild.mjs", "--production"], { cwd: root });
  console.log("built dist/");
  const folder = await mkdtemp(path.join(os.tmpdir(), "mddemo-"));
  ending.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const standIn = process.argv.includes("--stand-in");
  const server = await (standIn ? serveWithStandIn(folder, "--stand-in was asked for") : bestServer(folder));
  if (!server.ok) throw new Error(`Nothing can serve a model here: ${server.reason}.`);
  const { how } = server;
  if (how.kind === "docker")
    console.log(`models are served by containers of ${how.image} in the engine at ${how.engine.host}`);
  if (how.kind === "process") console.log(`models are served by ${how.binary}`);
  if (how.kind === "stand-in") console.log(`NO MODEL RUNS: a scripted stand-in serves (${how.reason})`);
  const found = await findVsCode();
  if (!found.ok) throw new Error(`There is no VS Code to show it in: ${found.reason}.`);
  // Slow enough that a download can be watched.
  const world = await createWorld(folder, { how, sizeMb: 24, bytesPerSecond: check ? 4_000_000 : 1_000_000 });
  ending.push(
    () => world.close(),
    () => endServers(how, world.storage),
  );
  console.log(`demo hub: ${world.hub.url} with ${world.first.repository} and ${world.second.repository}`);
  console.log(`profiles: ${world.profilesFile}`);

  if (check) return checkDemo(found.vscode, world, path.join(root, "out/check"));
  // In the world's folder, so that its hub and its place for models are theirs, too.
  const collection = await createCollection(world.folder);
  await world.hub.rescan();
  const civitai = await startCollectionCivitai(collection);
  ending.push(() => civitai.close());
  const shown = await showVsCode(found.vscode, {
    settings: { ...world.settings, ...collection.settings, "modelDeck.civitai.endpoint": civitai.url },
    extensions: [root],
    env: collection.env,
    folder: world.folder,
  });
  ending.push(() => shown.close());
  console.log(shown.address === undefined ? "VS Code is open." : `\nVS Code: ${shown.address}\n`);
  console.log(
    `Try: "Model Deck: Download Model…" in the palette (F1), then ${world.first.repository}; then click "No model" in the status bar.`,
  );
  console.log(
    'Or: "Scan for models" in the side bar, then "Import from" in its menu: stores of five programs lie here, with models that see, call tools, paint, embed, and one that is not to be trusted. Their weights are empty: look at them, do not serve them.',
  );
  console.log("Ctrl-C ends all of it.");
  await interrupted;
  return 0;
}
