import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { openWorkshop } from "../../core/maintenance/workshop.ts";
import { type Scenario, prepare, scenarios, stateOf } from "./scenario.ts";

type State = Awaited<ReturnType<typeof stateOf>>;

/** What a start finds that was cut off before change `n`, once it has recovered. */
async function cutOff(scenario: Scenario, n: number): Promise<{ readonly said: string; readonly found: State }> {
  const root = await mkdtemp(path.join(os.tmpdir(), "modeldeck-cut-"));
  try {
    const script = path.join(import.meta.dirname, "cut-off.ts");
    const child = spawn(process.execPath, [script, root, scenario, String(n)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    await once(child, "close");
    assert.equal(child.signalCode ?? child.exitCode, said === "whole" ? 0 : "SIGKILL", said);
    const shop = await openWorkshop({ root, generation: 2 });
    await shop.maintenance.recover();
    assert.deepEqual(shop.warnings, [], said);
    const found = await stateOf(shop);
    const journals = await readdir(path.join(root, "data/maintenance")).catch(() => []);
    assert.deepEqual(
      journals.filter((name) => name.endsWith(".jsonl")),
      [],
      said,
    );
    // Bodies of the history are those that are listed, no more and no less.
    assert.equal((await readdir(path.join(root, "data/history")).catch(() => [])).length, found.history.length, said);
    // Once more changes nothing.
    await shop.maintenance.recover();
    assert.deepEqual(await stateOf(shop), found, said);
    await shop.close();
    return { said, found };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function beforeAndAfter(scenario: Scenario): Promise<readonly [State, State]> {
  const shop = await openWorkshop();
  try {
    const start = await prepare(shop, scenario);
    const before = await stateOf(shop);
    await start();
    return [before, await stateOf(shop)];
  } finally {
    await shop.remove();
  }
}

suite("kill -9 between any two steps of maintenance", () => {
  for (const scenario of scenarios)
    test(`${scenario}: the next start finishes or takes back, and nothing is ever half done`, async function () {
      this.timeout(900_000);
      const [before, after] = await beforeAndAfter(scenario);
      assert.notDeepEqual(before, after);
      const ends = new Set<string>();
      for (let n = 0; ; n += 1) {
        const { said, found } = await cutOff(scenario, n);
        const end = isSame(found, before) ? "before" : "after";
        ends.add(end);
        assert.deepEqual(found, end === "before" ? before : after, `killed at ${n}, before ${said}`);
        if (said === "whole") break;
      }
      assert.deepEqual([...ends], ["before", "after"]);
    });
});

const isSame = (one: State, other: State): boolean => JSON.stringify(one) === JSON.stringify(other);
