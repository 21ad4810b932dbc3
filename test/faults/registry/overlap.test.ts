import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { makeRegistryFolder } from "../../core/registry/registry-folder.ts";

/** For a soak: MODELDECK_OVERLAPS=500. */
const rounds = Number(process.env["MODELDECK_OVERLAPS"] ?? 8);

suite("two owners at once, as while a window reloads", () => {
  test("the late one is told it is gone; what it had acknowledged its successor has, and what it wrote after nobody", async () => {
    const folder = await makeRegistryFolder();
    const acknowledged = new Set<number>();
    try {
      for (let round = 0; round < rounds; round += 1) {
        const generation = round * 2 + 1;
        const late = spawn(
          process.execPath,
          [path.join(import.meta.dirname, "writer.ts"), folder.path, String(generation)],
          { stdio: ["ignore", "pipe", "ignore"] },
        );
        let said = "";
        const started = Promise.withResolvers<void>();
        late.stdout.setEncoding("utf8").on("data", (text: string) => {
          said += text;
          if (said.includes("done")) started.resolve();
        });
        const closed = once(late, "close");
        await started.promise;
        // The writer goes on through all of this.
        const successor = await folder.open({ generation: generation + 1 });
        assert.deepEqual(successor.opened.setAside, []);
        const rows = await successor.query("SELECT took_ms AS n FROM loads");
        await closed;
        assert.match(said, /gone ownerGone\n/);
        for (const [, n] of said.matchAll(/^done (\d+)$/gm)) acknowledged.add(Number(n));
        const held = new Set(rows.map((row) => Number(row["n"])));
        assert.deepEqual(
          [...acknowledged].filter((n) => !held.has(n)),
          [],
          `round ${round}`,
        );
        assert.deepEqual(await successor.query("SELECT took_ms AS n FROM loads"), rows);
        await successor.close();
      }
    } finally {
      await folder.remove();
    }
  }).timeout(rounds * 30_000);
});
