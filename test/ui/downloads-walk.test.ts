import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { needs } from "../support/needs.ts";
import { serveWithStandIn } from "../support/serve-with.ts";
import { root } from "../support/tiers.ts";
import { findVsCode, openVsCode } from "../support/vscode/window.ts";
import { workbenchOn } from "../support/vscode/workbench.ts";
import { createWorld } from "../support/world.ts";
import { downloadsWalk } from "./downloads-walk.ts";
import { startVersions, versionWalk } from "./version-walk.ts";

suite(
  "Downloads through the screen: search, choose, watch, pause, a new window, resume, done, the form, other versions",
  () => {
    test("what was paused goes on in the next window, and the form says what it does", async function () {
      this.timeout(900_000);
      const { vscode } = needs(this, "vscode", await findVsCode());
      const folder = await mkdtemp(path.join(os.tmpdir(), "mddown-"));
      const shots = path.join(root, "out/ui/downloads");
      await rm(shots, { recursive: true, force: true });
      await mkdir(shots, { recursive: true });
      const { how } = needs(this, "llama", await serveWithStandIn(path.join(folder, "bin"), "nothing is served here"));
      const world = await createWorld(folder, { how, sizeMb: 60, bytesPerSecond: 1_500_000 });
      const civitai = await startVersions();
      const window = await openVsCode(vscode, {
        extensions: [root],
        settings: {
          ...world.settings,
          "modelDeck.civitai.endpoint": civitai.url,
          "modelDeck.downloads.connectionsPerFile": 1,
          "modelDeck.gpu.enabled": false,
          "workbench.colorTheme": "Dark Modern",
        },
        folder,
        viewport: { width: 1280, height: 900 },
      });
      const workbench = workbenchOn(window.page);
      const shot = (file: string): Promise<void> => workbench.screenshot(path.join(shots, `${file}.png`));
      try {
        await downloadsWalk({ workbench, world, shot });
        await versionWalk({ workbench, world, shot });
      } catch (error) {
        // The page may be gone, too: what failed first is told.
        await shot("failed").catch(() => undefined);
        console.log(await window.log());
        throw error;
      } finally {
        await window.close();
        await Promise.all([civitai.close(), world.close()]);
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    });
  },
);
