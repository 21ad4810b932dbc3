import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { needs } from "../support/needs.ts";
import { type ServeWith, endServers, serveWithProcess } from "../support/serve-with.ts";
import { root } from "../support/tiers.ts";
import { findVsCode, openVsCode } from "../support/vscode/window.ts";
import { workbenchOn } from "../support/vscode/workbench.ts";
import { type World, createWorld } from "../support/world.ts";
import { failedLoadWalk, layProfiles } from "./failed-load-walk.ts";
import type { Walk } from "./main-walk.ts";
import { servingWalk } from "./serving-walk.ts";

suite("Serving through the screen", () => {
  const walk = async (
    context: Mocha.Context,
    name: string,
    how: ServeWith,
    go: (walk: Walk) => Promise<void>,
    more: { readonly settings?: Record<string, unknown>; readonly prepare?: (world: World) => Promise<void> } = {},
  ): Promise<void> => {
    const { vscode } = needs(context, "vscode", await findVsCode());
    const folder = await mkdtemp(path.join(os.tmpdir(), "mdserving-"));
    const shots = path.join(root, "out/ui", name);
    await mkdir(shots, { recursive: true });
    const world = await createWorld(folder, { how, sizeMb: 12, bytesPerSecond: 4_000_000 });
    await more.prepare?.(world);
    const settings = { ...world.settings, ...more.settings };
    const window = await openVsCode(vscode, { extensions: [root], settings, folder });
    const workbench = workbenchOn(window.page);
    const shot = (file: string): Promise<void> => workbench.screenshot(path.join(shots, `${file}.png`));
    try {
      await go({ workbench, world, step: () => {}, shot });
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
  };

  test("set up, pick by number, look at the tile and its figures, search the log", async function () {
    this.timeout(900_000);
    const { how } = needs(this, "engine", await serveWithProcess());
    await walk(this, "serving", how, servingWalk);
  });

  test("a load that runs out of memory: what served comes back, with what would help", async function () {
    this.timeout(900_000);
    if (process.platform === "win32") this.skip();
    const binary = path.join(import.meta.dirname, "../support/fake-llama-server.mjs");
    const how = { kind: "stand-in", binary, reason: "it must fail as it is told" } as const;
    const settings = { "modelDeck.serving.autostart": "good" };
    await walk(this, "failed-load", how, failedLoadWalk, { settings, prepare: layProfiles });
  });
});
