import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { needs } from "../support/needs.ts";
import { endServers, serveWithStandIn } from "../support/serve-with.ts";
import { root } from "../support/tiers.ts";
import { findVsCode, openVsCode } from "../support/vscode/window.ts";
import { workbenchOn } from "../support/vscode/workbench.ts";
import { createWorld } from "../support/world.ts";
import { maintenanceWalk } from "./maintenance-walk.ts";

suite("Maintenance through the screen: roles of several, remove after a preview, undo from the history, check", () => {
  test("what was removed comes back byte for byte", async function () {
    this.timeout(900_000);
    const { vscode } = needs(this, "vscode", await findVsCode());
    const folder = await mkdtemp(path.join(os.tmpdir(), "mdtidy-"));
    const { how } = needs(this, "engine", await serveWithStandIn(folder, "nothing is served here"));
    const shots = path.join(root, "out/ui/maintenance");
    await mkdir(shots, { recursive: true });
    const world = await createWorld(folder, { how, sizeMb: 2 });
    const settings = { ...world.settings, "workbench.colorTheme": "Dark Modern" };
    const window = await openVsCode(vscode, { extensions: [root], settings, folder });
    const workbench = workbenchOn(window.page);
    const shot = (file: string): Promise<void> => workbench.screenshot(path.join(shots, `${file}.png`));
    try {
      await maintenanceWalk({ workbench, world, shot });
    } catch (error) {
      // The page may be gone, too: what failed first is told.
      await shot("failed").catch(() => undefined);
      console.log(await window.log());
      throw error;
    } finally {
      await window.close();
      await endServers(how, world.storage);
      await world.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
