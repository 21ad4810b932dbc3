import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { createMaintenance } from "../../../src/core/maintenance/create-maintenance.ts";
import { fault } from "../../../src/core/util/faults.ts";
import { openWorkshop } from "../../core/maintenance/workshop.ts";
import { announced, prepare, scenarios, stateOf } from "./scenario.ts";

suite("a step of maintenance that fails", () => {
  for (const scenario of scenarios)
    test(`${scenario}: wherever it fails, its fault is told, and all is as before or all is done`, async function () {
      this.timeout(180_000);
      for (let n = 0, whole = false; !whole; n += 1) {
        const shop = await openWorkshop();
        try {
          let left = Infinity;
          const parts = announced(shop.parts, (what) => {
            left -= 1;
            if (left === -1) throw fault({ code: "fileUnreadable", path: what, reason: `failed at ${n}` });
          });
          const start = await prepare({ ...shop, maintenance: createMaintenance(parts) }, scenario);
          const before = await stateOf(shop);
          left = n;
          const told = await start().then(
            () => undefined,
            (error: Error) => error.message,
          );
          whole = left >= 0;
          left = Infinity;
          const found = await stateOf(shop);
          if (told === undefined) assert.notDeepEqual(found, before);
          else {
            assert.match(told, new RegExp(`failed at ${n}`));
            // Every scenario changes an entry.
            const isDone = found.told?.join() !== before.told?.join();
            if (isDone) assert.match(told, /"erase /, "only what comes after the transaction may fail with all done");
            else assert.deepEqual(found, before, told);
          }
          // A next start has nothing left to do but to tidy.
          await shop.maintenance.recover();
          assert.deepEqual(await stateOf(shop), found, told);
          const journals = await readdir(path.join(shop.storage, "maintenance")).catch(() => []);
          assert.deepEqual(
            journals.filter((name) => name.endsWith(".jsonl")),
            [],
            told,
          );
        } finally {
          await shop.remove();
        }
      }
    });
});
