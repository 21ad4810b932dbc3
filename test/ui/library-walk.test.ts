import path from "node:path";
import { inOneWindow } from "../support/one-window.ts";
import { fillRegistry, libraryWalk } from "./library-walk.ts";

suite("The collection through the screen: filter, groups, the form of a model, the order of a role, numbers", () => {
  test("what is changed on a page is there in the registry and in every view", async function () {
    this.timeout(900_000);
    const given = { name: "library", lay: layLibrary, viewport: { width: 1400, height: 1000 } };
    await inOneWindow(this, given, libraryWalk);
  });
});

async function layLibrary(folder: string) {
  const storage = path.join(folder, "data");
  await fillRegistry(folder, storage);
  const settings = {
    "modelDeck.storage": storage,
    "modelDeck.locations": { main: { path: path.join(folder, "collection"), layout: "flat" } },
    "modelDeck.gpu.enabled": false,
  };
  return { settings, close: () => Promise.resolve() };
}
