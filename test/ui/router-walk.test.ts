import Docker from "dockerode";
import { needs } from "../support/needs.ts";
import { serveWithDocker } from "../support/serve-with.ts";
import { walkThrough } from "../support/walk-through.ts";
import { layRouter, routerWalk } from "./router-walk.ts";

suite("A router through the screen, with a real llama-server in a container", () => {
  test("two models of one server, picked, restarted and logged; one alone and back; what will not load; unload", async function () {
    this.timeout(900_000);
    const { how } = needs(this, "engine", await serveWithDocker());
    if (how.kind !== "docker") return this.skip();
    const docker = new Docker({ socketPath: how.engine.host.replace("unix://", "") });
    await walkThrough(this, { name: "router", how, prepare: layRouter }, (scene) => routerWalk(scene, docker));
  });
});
