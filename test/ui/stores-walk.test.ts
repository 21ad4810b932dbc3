import path from "node:path";
import { startCollectionCivitai } from "../support/collection/collection-civitai.ts";
import { createCollection } from "../support/collection/collection.ts";
import { startHubServer } from "../support/hub-server.ts";
import { inOneWindow } from "../support/one-window.ts";
import { storesWalk } from "./stores-walk.ts";

suite("Five stores through the screen: scan, imports, badges, filter, hover, card, a file that goes, doctor", () => {
  test("what lies in them is shown with what it can do and who says so", async function () {
    this.timeout(900_000);
    const given = { name: "stores", lay: layStores, viewport: { width: 1400, height: 900 } };
    await inOneWindow(this, given, async ({ workbench, shot, laid: { collection } }) => {
      const settled = async (name: string): Promise<void> => {
        // What fades in is there by then.
        await workbench.page.waitForTimeout(250);
        await shot(name);
      };
      await storesWalk({ workbench, collection, shot: settled });
    });
  });
});

async function layStores(folder: string) {
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
  };
  return { collection, settings, env: collection.env, close: () => Promise.all([hub.close(), civitai.close()]) };
}
