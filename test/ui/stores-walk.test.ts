import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { startCollectionCivitai } from "../support/collection/collection-civitai.ts";
import { createCollection } from "../support/collection/collection.ts";
import { startHubServer } from "../support/hub-server.ts";
import { needs } from "../support/needs.ts";
import { root } from "../support/tiers.ts";
import { findVsCode, openVsCode } from "../support/vscode/window.ts";
import { workbenchOn } from "../support/vscode/workbench.ts";
import { storesWalk } from "./stores-walk.ts";

suite("Five stores through the screen: scan, imports, badges, filter, hover, card, a file that goes, doctor", () => {
  test("what lies in them is shown with what it can do and who says so", async function () {
    this.timeout(900_000);
    const { vscode } = needs(this, "vscode", await findVsCode());
    const folder = await mkdtemp(path.join(os.tmpdir(), "mdstores-"));
    const shots = path.join(root, "out/ui/stores");
    await rm(shots, { recursive: true, force: true });
    await mkdir(shots, { recursive: true });
    const collection = await createCollection(folder);
    const hub = await startHubServer({ folder: collection.hub });
    const civitai = await startCollectionCivitai(collection);
    const settings = {
      ...collection.settings,
      "modelDeck.storage": path.join(folder, "data"),
      "modelDeck.huggingface.endpoint": hub.url,
      "modelDeck.civitai.endpoint": civitai.url,
      "modelDeck.ollama.url": "http://127.0.0.1:9",
      "modelDeck.gpu.enabled": false,
      "workbench.colorTheme": "Dark Modern",
    };
    const window = await openVsCode(vscode, {
      extensions: [root],
      settings,
      folder,
      env: collection.env,
      viewport: { width: 1400, height: 900 },
    });
    const workbench = workbenchOn(window.page);
    const shot = async (file: string): Promise<void> => {
      // What fades in is there by then.
      await window.page.waitForTimeout(250);
      await workbench.screenshot(path.join(shots, `${file}.png`));
    };
    try {
      await storesWalk({ workbench, collection, shot });
    } catch (error) {
      // The page may be gone, too: what failed first is told.
      await shot("failed").catch(() => undefined);
      console.log(await window.log());
      throw error;
    } finally {
      await window.close();
      await Promise.all([hub.close(), civitai.close()]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
