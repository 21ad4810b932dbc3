import path from "node:path";
import { nodeFiles } from "../../src/core/adapters/node-files.ts";
import { DEFAULT_NET } from "../../src/core/adapters/choose-proxy.ts";
import { realWorld } from "../../src/core/adapters/real-world.ts";
import { createWorkerTransfers } from "../../src/core/adapters/worker-transfers.ts";
import { createCore } from "../../src/core/create-core.ts";
import { effectiveSettings } from "../../src/core/effective-settings.ts";
import type { Database } from "../../src/core/ports/database.ts";
import type { OperationName } from "../../src/core/protocol/maintenance.ts";
import { readSettings } from "../../src/core/settings.ts";
import { createRedactor } from "../../src/core/util/redact.ts";
import { runVerb } from "../../src/core/verbs/run-verb.ts";
import type { Ask } from "../../src/extension/ask.ts";
import { readGroups, readModels } from "../../src/extension/library/model-groups.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What a plan over everything takes, by the core as it is wired; nothing is applied. @param models where the files lie */
export async function plans(database: Database, storage: string, models: string, rounds: number): Promise<void> {
  const { settings, problems, readings } = readSettings(
    { locations: { main: { path: models, layout: "owner-repo" } }, weightsRoot: models },
    storage,
  );
  const redact = createRedactor();
  const world = realWorld({
    storage,
    version: "",
    redact,
    log: silent,
    settings,
    secrets: { get: async () => undefined },
    fence: () => undefined,
    late: false,
    network: () => DEFAULT_NET,
  });
  const transfers = createWorkerTransfers(
    undefined,
    { file: path.join(storage, "owner"), late: false },
    async () => {},
  );
  const core = await createCore(
    { ...world, database, transfers, effectiveSettings: effectiveSettings(readings, undefined, problems) },
    settings,
  );
  const rows = await database.query("SELECT DISTINCT name FROM entries ORDER BY name");
  const names = rows.map((row) => String(row["name"]));
  const asked: readonly (readonly [string, OperationName, Readonly<Record<string, unknown>>])[] = [
    ["purge deprecated", "purgeDeprecated", {}],
    ["purge logical-only", "purgeLogicalOnly", {}],
    ["reset discovered", "resetDiscovered", { backend: "all" }],
    ["prune duplicates", "pruneDuplicates", {}],
    ["remove all with their files", "remove", { names, mode: "purge" }],
    ["remove all, metadata only", "remove", { names, mode: "metadata" }],
    ["normalize", "normalize", {}],
    ["scan, nothing new", "scan", { base: models }],
    ["scan, update existing", "scan", { base: models, updateExisting: true }],
    ["doctor", "doctor", { stores: [models] }],
  ];
  const { signal } = new AbortController();
  for (const [title, operation, options] of asked) {
    const times: number[] = [];
    /** Of all threads: what a machine that others share does not lengthen. */
    const spent: number[] = [];
    let steps = 0;
    try {
      for (let round = 0; round < Math.min(rounds, 5); round += 1) {
        const [start, before] = [performance.now(), process.cpuUsage()];
        const plan = await core.maintenance.plan(operation, options, signal);
        times.push(performance.now() - start);
        const { user, system } = process.cpuUsage(before);
        spent.push((user + system) / 1000);
        steps = plan.totals.added + plan.totals.changed + plan.totals.removed;
      }
    } catch (error) {
      console.log(`    a plan, ${title}: refused, ${error instanceof Error ? error.message : String(error)}`);
      continue;
    }
    const at = (share: number, of = times): string =>
      (of.toSorted((one, other) => one - other)[Math.round((of.length - 1) * share)] ?? Number.NaN).toFixed(0);
    console.log(
      `    a plan, ${title}: ${at(0.5)} ms (${at(0)} to ${at(1)}, ${times.length} times), ${at(0.5, spent)} ms of processor, ${steps} entries; must be < 2000 ms`,
    );
  }
  await treeItems((verb, args) => runVerb(core, verb, args, signal), signal);
  await Promise.all([core.serving.close(), core.downloads.close(), core.verifier.close(), core.close()]);
  await transfers.close();
  await nodeFiles.remove(path.join(storage, "cache")).catch(() => undefined);
}

/** Of the view Models as it opens, every group open: what it asks for and makes items of. */
async function treeItems(run: (verb: string, args: unknown) => Promise<unknown>, signal: AbortSignal): Promise<void> {
  const ask: Ask = async (verb, args) => (await run(verb, args)) as never;
  const start = performance.now();
  const groups = await readGroups(ask, "backend", {}, 1, signal);
  const pages = await Promise.all(groups.rows.map(({ name }) => readModels(ask, "backend", name, {}, 1, signal)));
  const models = pages.reduce((sum, { rows, left }) => sum + rows.length + (left > 0 ? 1 : 0), 0);
  console.log(
    `    the tree: ${groups.rows.length} groups and ${models} rows below them made of ${groups.entries} entries, in ${(performance.now() - start).toFixed(0)} ms`,
  );
}
