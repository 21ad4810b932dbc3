import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { startHubServer } from "../support/hub-server.ts";
import { inOneWindow } from "../support/one-window.ts";
import { createWorld } from "../support/world.ts";
import { accountsWalk } from "./accounts-walk.ts";
import { listsWalk } from "./lists-walk.ts";

suite(
  "Accounts and lists through the screen: a token is set, refused, checked, removed; what Wan2GP wants is fetched",
  () => {
    test("whose a token is is said at once, and of a list comes what was checked", async function () {
      this.timeout(900_000);
      await inOneWindow(this, { name: "accounts", lay: layAccounts }, async ({ workbench, shot, laid }) => {
        await accountsWalk({ workbench, hub: laid.hub, gated: laid.world.first, shot });
        await listsWalk({ workbench, wan2gp: laid.wan2gp, shot });
      });
    });
  },
);

async function layAccounts(folder: string) {
  // Nothing is served here.
  const how = { kind: "stand-in", binary: process.execPath, reason: "nothing is served" } as const;
  const world = await createWorld(folder, { how, sizeMb: 2 });
  const hub = await startHubServer({
    folder: path.join(folder, "hub"),
    accounts: { hf_ada: { name: "ada", granted: [world.first.repository] } },
    repositories: { [world.first.repository]: { gated: "manual" } },
  });
  const wan2gp = path.join(folder, "Wan2GP");
  await layLists(wan2gp, hub.url, path.join(folder, "hub"));
  const settings = {
    ...world.settings,
    "modelDeck.huggingface.endpoint": hub.url,
    "modelDeck.gpu.enabled": false,
  };
  return { world, hub, wan2gp, settings, close: () => Promise.all([hub.close(), world.close()]) };
}

/** A program that wants two variants of a model, one of which it has, and a file that is always loaded. */
async function layLists(folder: string, hub: string, files: string): Promise<void> {
  const at = "demo/Tiny-Borealis-GGUF";
  const address = (file: string): string => `${hub}/${at}/resolve/main/${file}`;
  await mkdir(path.join(folder, "defaults"), { recursive: true });
  await mkdir(path.join(folder, "ckpts"), { recursive: true });
  const model = {
    name: "Text to Video",
    architecture: "t2v",
    URLs: [address("Tiny-Borealis-Q8_0.gguf"), address("Tiny-Borealis-F16.gguf")],
    preload_URLs: [address("README.md")],
  };
  const other = { name: "Image to Video", architecture: "i2v", URLs: "t2v" };
  await writeFile(path.join(folder, "defaults/t2v.json"), JSON.stringify({ model }));
  await writeFile(path.join(folder, "defaults/i2v.json"), JSON.stringify({ model: other }));
  await writeFile(path.join(folder, "defaults/broken.json"), "{ this is no JSON");
  await cp(path.join(files, at, "Tiny-Borealis-F16.gguf"), path.join(folder, "ckpts/Tiny-Borealis-F16.gguf"));
}
