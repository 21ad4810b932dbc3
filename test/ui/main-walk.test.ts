import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { needs } from "../support/needs.ts";
import { pack } from "../support/pack.ts";
import { serveWithDocker } from "../support/serve-with.ts";
import { type WorldWindow, walkThrough } from "../support/walk-through.ts";
import { mainWalk } from "./main-walk.ts";

suite("The main job through the screen: download, list, serve in a container, ask, switch, stop", function () {
  this.timeout(900_000);
  const walk = async (
    context: Mocha.Context,
    given: Pick<WorldWindow, "name" | "loaded">,
    fromSources: boolean,
  ): Promise<void> => {
    const { how } = needs(context, "engine", await serveWithDocker());
    await walkThrough(context, { ...given, how, sizeMb: 12, bytesPerSecond: 4_000_000 }, async (scene) => {
      const host = await scene.host();
      const from = await host.run(({ extensions: all }) => all.getExtension("modeldeck.modeldeck")?.extensionPath);
      assert.equal(from !== undefined && existsSync(path.join(from, "src")), fromSources, `it runs from ${from}`);
      await mainWalk(scene);
    });
  };

  test("works from the sources' build", async function () {
    await walk(this, { name: "from-build" }, true);
  });

  test("works from the installed package", async function () {
    await walk(this, { name: "from-package", loaded: { vsix: [(await pack()).vsix] } }, false);
  });
});
