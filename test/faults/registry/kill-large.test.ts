import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeRegistryFolder } from "../../core/registry/registry-folder.ts";

const rounds = Number(process.env["MODELDECK_KILLS"] ?? 12);
const ROWS = 6000;

/** Kills the writer a while after it began its first commit; the numbers it said were asked for and done. */
async function writeAndKill(folder: string, generation: number, delay: number) {
  const script = path.join(import.meta.dirname, "large-writer.ts");
  const writer = spawn(process.execPath, [script, folder, String(generation), String(ROWS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const begun = Promise.withResolvers<void>();
  let said = "";
  writer.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (said.includes("asked")) begun.resolve();
  });
  const exited = once(writer, "close").then(() => begun.resolve());
  await begun.promise;
  await sleep(delay);
  writer.kill("SIGKILL");
  await exited;
  assert.equal(writer.signalCode, "SIGKILL", `the writer ended by itself: ${said}`);
  assert.doesNotMatch(said, /bad/);
  const numbers = (word: string): readonly number[] =>
    said.split("\n").flatMap((line) => (line.startsWith(`${word} `) ? [Number(line.slice(word.length + 1))] : []));
  return { asked: numbers("asked"), done: numbers("done") };
}

suite("kill -9 in the middle of commits that go in parts", () => {
  test(`in ${rounds} rounds each of ${ROWS} rows is there as a whole or not at all, and none that was acknowledged is lost`, async function () {
    this.timeout(rounds * 30_000);
    const folder = await makeRegistryFolder();
    try {
      const done = new Set<number>();
      let generation = 0;
      for (let round = 0; round < rounds; round += 1) {
        const said = await writeAndKill(folder.path, (generation += 1), (round * 29) % 240);
        for (const n of said.done) done.add(n);
        const database = await folder.open({ generation: (generation += 1) });
        assert.deepEqual(database.opened.setAside, []);
        const rows = await database.query("SELECT took_ms AS n, count(*) AS rows FROM loads GROUP BY took_ms");
        assert.deepEqual(
          rows.filter((row) => row["rows"] !== ROWS),
          [],
        );
        const held = new Set(rows.map((row) => Number(row["n"])));
        assert.deepEqual(
          [...done].filter((n) => !held.has(n)),
          [],
          "acknowledged and lost",
        );
        await database.close();
      }
    } finally {
      await folder.remove();
    }
  });
});
