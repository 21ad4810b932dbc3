/**
 * Does a scenario and dies before its nth change to the disk or the registry:  node cut-off.ts <root> <scenario> <n>
 * Prints what it was about to do; `whole` where it came to its end.
 */
import { writeSync } from "node:fs";
import { createMaintenance } from "../../../src/core/maintenance/create-maintenance.ts";
import { openWorkshop } from "../../core/maintenance/workshop.ts";
import { announced, prepare, scenarios } from "./scenario.ts";

const [root = "", name = "", n = ""] = process.argv.slice(2);
const scenario = scenarios.find((one) => one === name);
if (scenario === undefined) throw new Error(`no scenario ${name}`);
let left = Infinity;
const shop = await openWorkshop({ root });
const parts = announced(shop.parts, async (what) => {
  left -= 1;
  if (left >= 0) return;
  writeSync(1, what);
  process.kill(process.pid, "SIGKILL");
  // The signal comes when it comes; nothing is done until then.
  await new Promise(() => {});
});
const start = await prepare({ ...shop, maintenance: createMaintenance(parts) }, scenario);
left = Number(n);
await start();
left = Infinity;
writeSync(1, "whole");
await shop.close();
