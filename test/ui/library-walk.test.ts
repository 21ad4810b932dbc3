import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { needs } from "../support/needs.ts";
import { root } from "../support/tiers.ts";
import { findVsCode, openVsCode } from "../support/vscode/window.ts";
import { workbenchOn } from "../support/vscode/workbench.ts";
import { fillRegistry, libraryWalk } from "./library-walk.ts";

suite("The collection through the screen: filter, groups, the form of a model, the order of a role, numbers", () => {
  test("what is changed on a page is there in the registry and in every view", async function () {
    this.timeout(900_000);
    const { vscode } = needs(this, "vscode", await findVsCode());
    const folder = await mkdtemp(path.join(os.tmpdir(), "mdlibrary-"));
    const shots = path.join(root, "out/ui/library");
    await mkdir(shots, { recursive: true });
    const storage = path.join(folder, "data");
    await fillRegistry(folder, storage);
    const settings = {
      "modelDeck.storage": storage,
      "modelDeck.locations": { main: { path: path.join(folder, "collection"), layout: "flat" } },
      "modelDeck.gpu.enabled": false,
      "workbench.colorTheme": "Dark Modern",
    };
    const window = await openVsCode(vscode, {
      extensions: [root],
      settings,
      folder,
      viewport: { width: 1400, height: 1000 },
    });
    const workbench = workbenchOn(window.page);
    const shot = (file: string): Promise<void> => workbench.screenshot(path.join(shots, `${file}.png`));
    try {
      await libraryWalk({ workbench, shot });
    } catch (error) {
      // The page may be gone, too: what failed first is told.
      await shot("failed").catch(() => undefined);
      console.log(await window.log());
      throw error;
    } finally {
      await window.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
