import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeRegistryFolder } from "../../core/registry/registry-folder.ts";

/** For a soak: MODELDECK_KILLS=1000. */
const rounds = Number(process.env["MODELDECK_KILLS"] ?? 40);

/** Runs the writer and kills it without warning a while after its first commit; what it had said by then. */
async function writeAndKill(folder: string, generation: number, delay: number): Promise<readonly string[]> {
  const writer = spawn(process.execPath, [path.join(import.meta.dirname, "writer.ts"), folder, String(generation)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  const first = Promise.withResolvers<void>();
  writer.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (said.includes("done")) first.resolve();
  });
  const exited = once(writer, "close").then(() => first.resolve());
  await first.promise;
  await sleep(delay);
  writer.kill("SIGKILL");
  await exited;
  assert.equal(writer.signalCode, "SIGKILL", `the writer ended by itself: ${said}`);
  return said.split("\n").slice(0, -1);
}

const numbers = (lines: readonly string[], word: string): readonly number[] =>
  lines.flatMap((line) => (line.startsWith(`${word} `) ? [Number(line.slice(word.length + 1))] : []));

suite("kill -9 while the registry is written", () => {
  test(`in ${rounds} rounds no acknowledged commit is lost, none is half there, and the registry opens each time`, async () => {
    const folder = await makeRegistryFolder();
    const acknowledged = new Set<number>();
    const asked = new Set<number>();
    let generation = 0;
    try {
      for (let round = 0; round < rounds; round += 1) {
        const lines = await writeAndKill(folder.path, (generation += 1), (round * 7) % 60);
        for (const n of numbers(lines, "asked")) asked.add(n);
        for (const n of numbers(lines, "done")) acknowledged.add(n);
        assert.deepEqual(
          lines.filter((line) => line.startsWith("bad")),
          [],
          `round ${round}`,
        );
      }
      const database = await folder.open({ generation: generation + 1 });
      assert.deepEqual(database.opened, { generation: generation + 1, fresh: false, setAside: [] });
      const rows = await database.query("SELECT took_ms AS n FROM loads");
      const held = new Set(rows.map((row) => Number(row["n"])));
      assert.deepEqual(
        [...acknowledged].filter((n) => !held.has(n)),
        [],
        "acknowledged and lost",
      );
      assert.deepEqual(
        [...held].filter((n) => !asked.has(n)),
        [],
        "never asked for",
      );
      const halves = await database.query(
        `SELECT profile FROM loads WHERE profile NOT IN (SELECT "group" FROM switches)
         UNION ALL SELECT "group" FROM switches WHERE "group" NOT IN (SELECT profile FROM loads)`,
      );
      assert.deepEqual(halves, []);
      assert.ok(acknowledged.size >= rounds, `${acknowledged.size} commits`);
    } finally {
      await folder.remove();
    }
  }).timeout(rounds * 30_000);
});
