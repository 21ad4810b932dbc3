import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { claimOwnership } from "../../../src/core/adapters/owner-claim.ts";
import { openWorkshop } from "../../core/maintenance/workshop.ts";
import { type Scenario, prepare, scenarios, stateOf } from "./scenario.ts";

type State = Awaited<ReturnType<typeof stateOf>>;

interface Ended {
  readonly at: string | undefined;
  /** What it said of its end: `whole`, or why not. */
  readonly said: string;
  readonly found: State;
}

/** What is there once an owner was frozen before change `n`, superseded, and woken up again. */
async function frozen(scenario: Scenario, n: number): Promise<Ended> {
  const root = await mkdtemp(path.join(os.tmpdir(), "modeldeck-late-"));
  const script = path.join(import.meta.dirname, "late.ts");
  const child = spawn(process.execPath, [script, root, scenario, String(n)], { stdio: ["pipe", "pipe", "inherit"] });
  const over = once(child, "close");
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const said = async (): Promise<string> => String((await lines.next()).value ?? "");
    const first = await said();
    const at = first.startsWith("at ") ? first.slice(3) : undefined;
    const storage = path.join(root, "data");
    let end = first;
    if (at === undefined) {
      assert.equal(first, "ended whole");
      await over;
    } else {
      child.kill("SIGSTOP");
      await stopped(child.pid ?? 0);
    }
    const owner = await claimOwnership({ folder: storage, ...(at !== undefined && { over: 1 }) });
    const shop = await openWorkshop({ root, generation: owner.generation });
    await shop.maintenance.recover();
    assert.deepEqual(shop.warnings, [], at);
    const found = await stateOf(shop);
    if (at !== undefined) {
      child.kill("SIGCONT");
      child.stdin.write("go on\n");
      end = await said();
      await over;
      assert.deepEqual(await stateOf(shop), found, `a late deed: ${at}`);
      // What it wrote of its own counts for nobody who comes later.
      await shop.database.close();
      await owner.release();
      const third = await claimOwnership({ folder: storage });
      const later = await openWorkshop({ root, generation: third.generation });
      await later.maintenance.recover();
      assert.deepEqual(await stateOf(later), found, `a late word: ${at}`);
      assert.deepEqual(later.warnings, [], at);
      await later.close();
      await third.release();
    } else {
      await shop.close();
      await owner.release();
    }
    const journals = await readdir(path.join(storage, "maintenance")).catch(() => []);
    assert.deepEqual(
      journals.filter((name) => name.endsWith(".jsonl")),
      [],
      at,
    );
    return { at, said: end.slice("ended ".length), found };
  } finally {
    child.kill("SIGKILL");
    await over;
    await rm(root, { recursive: true, force: true });
  }
}

async function stopped(pid: number): Promise<void> {
  while (!/\) T /.test(await readFile(`/proc/${pid}/stat`, "utf8"))) await new Promise(setImmediate);
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

suite("an owner frozen between any two steps of maintenance", () => {
  for (const scenario of scenarios)
    test(`${scenario}: its successor finishes or takes back, and awake again it does nothing more`, async function () {
      if (process.platform !== "linux") return this.skip();
      this.timeout(900_000);
      const [before, after] = await beforeAndAfter(scenario);
      for (let n = 0; ; n += 1) {
        const { at, said, found } = await frozen(scenario, n);
        const end = JSON.stringify(found) === JSON.stringify(before) ? before : after;
        assert.deepEqual(found, end, `frozen at ${n}, before ${at}`);
        // Done it may say only of what is done.
        assert.ok(said === "ownerGone" || (said === "whole" && end === after), `${said}, frozen before ${at}`);
        if (at === undefined) break;
      }
    });
});
