import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { needs } from "../support/needs.ts";
import { pack } from "../support/pack.ts";
import { endServers, serveWithDocker } from "../support/serve-with.ts";
import { root } from "../support/tiers.ts";
import { openBridge } from "../support/vscode/bridge.ts";
import { type WindowOptions, findVsCode, openVsCode } from "../support/vscode/window.ts";
import { workbenchOn } from "../support/vscode/workbench.ts";
import { createWorld } from "../support/world.ts";
import { mainWalk } from "./main-walk.ts";

suite("The main job through the screen: download, list, serve in a container, ask, switch, stop", () => {
  const walk = async (
    context: Mocha.Context,
    name: string,
    load: () => Promise<WindowOptions>,
    fromSources: boolean,
  ): Promise<void> => {
    context.timeout(900_000);
    const { vscode } = needs(context, "vscode", await findVsCode());
    const { how } = needs(context, "engine", await serveWithDocker());
    const folder = await mkdtemp(path.join(os.tmpdir(), "mdwalk-"));
    const shots = path.join(root, "out/ui", name);
    await mkdir(shots, { recursive: true });
    const world = await createWorld(folder, { how, sizeMb: 12, bytesPerSecond: 4_000_000 });
    const bridge = await openBridge();
    const loaded = await load();
    const extensions = [...(loaded.extensions ?? []), bridge.extension];
    const window = await openVsCode(vscode, {
      ...loaded,
      extensions,
      env: bridge.env,
      settings: world.settings,
      folder,
    });
    const workbench = workbenchOn(window.page);
    const shot = (file: string): Promise<void> => workbench.screenshot(path.join(shots, `${file}.png`));
    try {
      const host = await bridge.next(AbortSignal.timeout(180_000));
      const from = await host.run(({ extensions: all }) => all.getExtension("modeldeck.modeldeck")?.extensionPath);
      assert.equal(from !== undefined && existsSync(path.join(from, "src")), fromSources, `it runs from ${from}`);
      await mainWalk({ workbench, world, step: () => {}, shot });
    } catch (error) {
      // The page may be gone, too: what failed first is told.
      await shot("failed").catch(() => undefined);
      console.log(await window.log());
      throw error;
    } finally {
      await window.close();
      bridge.close();
      await endServers(how, world.storage);
      await world.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  };

  test("works from the sources' build", async function () {
    await walk(this, "from-build", async () => ({ extensions: [root] }), true);
  });

  test("works from the installed package", async function () {
    await walk(this, "from-package", async () => ({ vsix: [(await pack()).vsix] }), false);
  });
});
