import { inOneWindow } from "../support/one-window.ts";
import { createWorld } from "../support/world.ts";
import { downloadsWalk } from "./downloads-walk.ts";
import { startVersions, versionWalk } from "./version-walk.ts";

suite(
  "Downloads through the screen: search, choose, watch, pause, a new window, resume, done, the form, other versions",
  () => {
    test("what was paused goes on in the next window, and the form says what it does", async function () {
      this.timeout(900_000);
      const given = { name: "downloads", lay: layDownloads, viewport: { width: 1280, height: 900 } };
      await inOneWindow(this, given, async ({ workbench, shot, laid: { world } }) => {
        await downloadsWalk({ workbench, world, shot });
        await versionWalk({ workbench, world, shot });
      });
    });
  },
);

async function layDownloads(folder: string) {
  const how = { kind: "stand-in", binary: process.execPath, reason: "nothing is served here" } as const;
  const world = await createWorld(folder, { how, sizeMb: 24 });
  const civitai = await startVersions();
  const settings = {
    ...world.settings,
    "modelDeck.civitai.endpoint": civitai.url,
    "modelDeck.downloads.connectionsPerFile": 1,
    "modelDeck.gpu.enabled": false,
  };
  return { world, settings, close: () => Promise.all([civitai.close(), world.close()]) };
}
