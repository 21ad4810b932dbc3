import Docker from "dockerode";
import { freezingEngine } from "../support/freezing-engine.ts";
import { needs } from "../support/needs.ts";
import { serveWithDocker } from "../support/serve-with.ts";
import { walkThrough } from "../support/walk-through.ts";
import { layModels, switchingWalk } from "./switching-walk.ts";

suite("Switching through the screen, with a real llama-server in containers", () => {
  test("from nothing, there and back, the picker left, another pick on the way, the log kept, less context told", async function () {
    this.timeout(900_000);
    const { how } = needs(this, "engine", await serveWithDocker());
    if (how.kind !== "docker") return this.skip();
    const docker = new Docker({ socketPath: how.engine.host.replace("unix://", "") });
    const engine = await freezingEngine(how.engine.host);
    try {
      const settings = { "modelDeck.serving.dockerHost": engine.host };
      const given = { name: "switching", how, settings, prepare: layModels };
      await walkThrough(this, given, (scene) => switchingWalk(scene, docker, engine));
    } finally {
      await engine.close();
    }
  });
});
