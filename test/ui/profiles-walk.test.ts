import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { needs } from "../support/needs.ts";
import { endServers, serveWithProcess } from "../support/serve-with.ts";
import { root } from "../support/tiers.ts";
import { findVsCode, openVsCode } from "../support/vscode/window.ts";
import { workbenchOn } from "../support/vscode/workbench.ts";
import { createWorld } from "../support/world.ts";
import { profilesWalk } from "./profiles-walk.ts";

suite("Profiles through the screen: the form, their file, a clone, a load with other values, a benchmark", () => {
  test("what is typed into the form stands in the file, and is told where it is wrong", async function () {
    this.timeout(900_000);
    const { vscode } = needs(this, "vscode", await findVsCode());
    const { how } = needs(this, "engine", await serveWithProcess());
    const folder = await mkdtemp(path.join(os.tmpdir(), "mdprofiles-"));
    const shots = path.join(root, "out/ui/profiles");
    await mkdir(shots, { recursive: true });
    const world = await createWorld(folder, { how, sizeMb: 12 });
    const { repository } = world.first;
    // The second one's is not there: its profile is to be warned of.
    await cp(path.join(folder, "hub", repository), path.join(world.models, repository), { recursive: true });
    const settings = { ...world.settings, "workbench.colorTheme": "Dark Modern" };
    const window = await openVsCode(vscode, { extensions: [root], settings, folder });
    const workbench = workbenchOn(window.page);
    const shot = (file: string): Promise<void> => workbench.screenshot(path.join(shots, `${file}.png`));
    try {
      await profilesWalk({ workbench, world, step: () => {}, shot });
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
