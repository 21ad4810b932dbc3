import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { endServers, serveWithDocker } from "../support/serve-with.ts";
import { needs } from "../support/needs.ts";
import { root } from "../support/tiers.ts";
import { findVsCode, openVsCode } from "../support/vscode/window.ts";
import { workbenchOn } from "../support/vscode/workbench.ts";
import { createWorld } from "../support/world.ts";
import { mainWalk } from "./main-walk.ts";

suite("The main job through the screen", () => {
  test("a model is downloaded, listed, served in a container, answers, is switched and stopped", async function () {
    this.timeout(240_000);
    const { vscode } = needs(this, "vscode", await findVsCode());
    const { how } = needs(this, "engine", await serveWithDocker());
    const folder = await mkdtemp(path.join(os.tmpdir(), "mdwalk-"));
    const shots = path.join(root, "out/ui/main-walk");
    await mkdir(shots, { recursive: true });
    const world = await createWorld(folder, { how, sizeMb: 12, bytesPerSecond: 4_000_000 });
    const window = await openVsCode(vscode, { settings: world.settings, extensions: [root], folder });
    try {
      const workbench = workbenchOn(window.page);
      const shot = (name: string): Promise<void> => workbench.screenshot(path.join(shots, `${name}.png`));
      try {
        await mainWalk({ workbench, world, step: () => {}, shot });
      } catch (error) {
        await shot("failed");
        throw error;
      }
    } finally {
      await window.close();
      await endServers(how, world.storage);
      await world.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
