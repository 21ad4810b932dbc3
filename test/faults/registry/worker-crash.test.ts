import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { makeRegistryFolder } from "../../core/registry/registry-folder.ts";

const run = promisify(execFile);
const here = import.meta.dirname;

/** Runs a few lines in a process of their own, with `open(generation)` and the `workers` it starts at hand; what they printed. */
async function inProcess(folder: string, lines: string): Promise<string> {
  const source = path.join(here, "../../../src/core");
  const script = `
    import { createRequire, syncBuiltinESMExports } from "node:module";
    import { keyColumns, migrations } from ${JSON.stringify(`${source}/registry/schema.ts`)};
    const threads = createRequire(import.meta.url)("node:worker_threads");
    const workers = [];
    const { Worker } = threads;
    threads.Worker = class extends Worker { constructor(...given) { super(...given); workers.push(this); } };
    syncBuiltinESMExports();
    const { openDatabase } = await import(${JSON.stringify(`${source}/adapters/sqljs-database.ts`)});
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const open = (generation) => openDatabase({ folder: ${JSON.stringify(folder)}, generation, migrations, keyColumns, log });
    ${lines}`;
  return (await run(process.execPath, ["--input-type=module", "-e", script])).stdout;
}

suite("the registry's worker", () => {
  test("does not keep the process alive while nothing is asked of it", async () => {
    const folder = await makeRegistryFolder();
    try {
      const said = await inProcess(
        folder.path,
        `const db = await open(1);
         await db.commit([{ table: "loads", key: "a", after: { took_ms: 1, at: "" } }]);
         console.log("done");`,
      );
      assert.equal(said, "done\n");
      assert.equal((await (await folder.open({ generation: 2 })).query("SELECT * FROM loads")).length, 1);
    } finally {
      await folder.remove();
    }
  });

  test("that dies rejects what waits for it and what is asked later, with a fault that says so", async () => {
    const folder = await makeRegistryFolder();
    try {
      const said = await inProcess(
        folder.path,
        `const db = await open(1);
         await db.commit([{ table: "loads", key: "a", after: { took_ms: 1, at: "" } }]);
         const endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
         const waiting = Promise.allSettled([db.query(endless), db.commit([])]);
         await workers[0].terminate();
         const later = Promise.allSettled([db.query("SELECT 1"), db.close()]);
         const told = [...(await waiting), ...(await later)];
         console.log(JSON.stringify(told.map(({ reason }) => reason?.fault)));`,
      );
      const facts = { code: "fileUnreadable", path: folder.path, reason: "its worker ended with code 1" };
      assert.deepEqual(JSON.parse(said), [facts, facts, facts, facts]);
    } finally {
      await folder.remove();
    }
  });
});
