import { cp } from "node:fs/promises";
import path from "node:path";
import { needs } from "../support/needs.ts";
import { serveWithProcess } from "../support/serve-with.ts";
import { walkThrough } from "../support/walk-through.ts";
import type { World } from "../support/world.ts";
import { profilesWalk } from "./profiles-walk.ts";

suite("Profiles through the screen: the form, their file, a clone, a load with other values, a benchmark", () => {
  test("what is typed into the form stands in the file, and is told where it is wrong", async function () {
    this.timeout(900_000);
    const { how } = needs(this, "engine", await serveWithProcess());
    await walkThrough(this, { name: "profiles", how, sizeMb: 12, prepare: layFirst }, profilesWalk);
  });
});

/** The second one's model is not there: its profile is to be warned of. */
async function layFirst({ folder, first: { repository }, models }: World): Promise<void> {
  await cp(path.join(folder, "hub", repository), path.join(models, repository), { recursive: true });
}
