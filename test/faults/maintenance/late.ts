/**
 * Does a scenario as the owner of its data folder, and before its nth change waits for a word, so that it can be frozen
 * there:  node late.ts <root> <scenario> <n>
 * Prints a line `at <what>` there; then one `ended <why>`. Whoever closes its input has it leave.
 */
import { once } from "node:events";
import { writeSync } from "node:fs";
import path from "node:path";
import { claimOwnership } from "../../../src/core/adapters/owner-claim.ts";
import { gzipArchives } from "../../../src/core/adapters/gzip-archives.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { nodeMoves } from "../../../src/core/adapters/node-moves.ts";
import { createMaintenance } from "../../../src/core/maintenance/create-maintenance.ts";
import { fenceOf, fencedArchives, fencedFiles, fencedMoves } from "../../../src/core/owner/fence.ts";
import { isFault, reasonOf } from "../../../src/core/util/faults.ts";
import { openWorkshop } from "../../core/maintenance/workshop.ts";
import { announced, prepare, scenarios } from "./scenario.ts";

const [root = "", name = "", n = ""] = process.argv.slice(2);
const scenario = scenarios.find((one) => one === name);
if (scenario === undefined) throw new Error(`no scenario ${name}`);
const owner = await claimOwnership({ folder: path.join(root, "data") });
const fence = fenceOf(owner);
const shop = await openWorkshop({
  root,
  generation: owner.generation,
  files: fencedFiles(nodeFiles, fence),
  moves: fencedMoves(nodeMoves, fence),
  archives: fencedArchives(gzipArchives, fence),
  deleteOllama: async () => fence(),
});
let left = Infinity;
const parts = announced(shop.parts, async (what) => {
  left -= 1;
  if (left !== -1) return;
  writeSync(1, `at ${what}\n`);
  await once(process.stdin, "data");
});
const start = await prepare({ ...shop, maintenance: createMaintenance(parts) }, scenario);
left = Number(n);
const why = await start().then(
  () => "whole",
  (error: unknown) => (isFault(error) ? error.code : reasonOf(error)),
);
writeSync(1, `ended ${why}\n`);
await shop.close();
await owner.release();
process.exit(0);
