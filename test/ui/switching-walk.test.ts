import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { needs } from "../support/needs.ts";
import { endServers, serveWithDocker } from "../support/serve-with.ts";
import { root } from "../support/tiers.ts";
import { openBridge } from "../support/vscode/bridge.ts";
import { findVsCode, openVsCode } from "../support/vscode/window.ts";
import { workbenchOn } from "../support/vscode/workbench.ts";
import { createWorld } from "../support/world.ts";
import { layModels, switchingWalk } from "./switching-walk.ts";

suite("Switching through the screen, with a real llama-server in containers", () => {
  test("from nothing, there and back, the picker left, another pick on the way, the log kept, less context told", async function () {
    this.timeout(900_000);
    const { vscode } = needs(this, "vscode", await findVsCode());
    const { how } = needs(this, "engine", await serveWithDocker());
    if (how.kind !== "docker") return this.skip();
    const folder = await mkdtemp(path.join(os.tmpdir(), "mdswitch-"));
    const shots = path.join(root, "out/ui/switching");
    await mkdir(shots, { recursive: true });
    const world = await createWorld(folder, { how });
    await layModels(world);
    const bridge = await openBridge();
    const window = await openVsCode(vscode, {
      extensions: [root, bridge.extension],
      env: bridge.env,
      settings: world.settings,
      folder,
    });
    const workbench = workbenchOn(window.page);
    const shot = (file: string): Promise<void> => workbench.screenshot(path.join(shots, `${file}.png`));
    try {
      const host = await bridge.next(AbortSignal.timeout(180_000));
      const run = async <T>(verb: string, args: object): Promise<T> =>
        (await host.run(
          async (api, id, given) => api.commands.executeCommand(id, given),
          `modelDeck.${verb}`,
          args,
        )) as T;
      const docker = new Docker({ socketPath: how.engine.host.replace("unix://", "") });
      await switchingWalk({ workbench, world, step: () => {}, shot }, docker, run);
    } catch (error) {
      // The page may be gone, too: what failed first is told.
      await shot("failed").catch(() => undefined);
      console.log(await window.log());
      throw error;
    } finally {
      await window.close();
      bridge.close();
      await endServers(how, world.storage);
      await world.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
