import path from "node:path";
import { needs } from "../support/needs.ts";
import { serveWithProcess } from "../support/serve-with.ts";
import { walkThrough } from "../support/walk-through.ts";
import { failedLoadWalk, layProfiles } from "./failed-load-walk.ts";
import { servingWalk } from "./serving-walk.ts";

suite("Serving through the screen", () => {
  const hub = { sizeMb: 12, bytesPerSecond: 4_000_000 } as const;

  test("set up, pick by number, look at the tile and its figures, search the log", async function () {
    this.timeout(900_000);
    const { how } = needs(this, "engine", await serveWithProcess());
    await walkThrough(this, { name: "serving", how, ...hub }, servingWalk);
  });

  test("a load that runs out of memory: what served comes back, with what would help", async function () {
    this.timeout(900_000);
    if (process.platform === "win32") this.skip();
    const binary = path.join(import.meta.dirname, "../support/fake-llama-server.mjs");
    const how = { kind: "stand-in", binary, reason: "it must fail as it is told" } as const;
    const settings = { "modelDeck.serving.autostart": "good" };
    await walkThrough(this, { name: "failed-load", how, ...hub, settings, prepare: layProfiles }, failedLoadWalk);
  });
});
