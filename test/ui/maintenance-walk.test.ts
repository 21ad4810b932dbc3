import { walkThrough } from "../support/walk-through.ts";
import { maintenanceWalk } from "./maintenance-walk.ts";

suite("Maintenance through the screen: roles of several, remove after a preview, undo from the history, check", () => {
  test("what was removed comes back byte for byte", async function () {
    this.timeout(900_000);
    const how = { kind: "stand-in", binary: process.execPath, reason: "nothing is served here" } as const;
    await walkThrough(this, { name: "maintenance", how, sizeMb: 2 }, maintenanceWalk);
  });
});
