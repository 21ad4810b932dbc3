import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { rm, stat, writeFile } from "node:fs/promises";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import * as vscode from "vscode";
import type { Download } from "../../../src/core/protocol/downloads.ts";
import type { HostDownloadBench, HostLateness, HostRound } from "../download-host.ts";

/** Run by `npm run bench download-host` inside the real extension host: what a download does to its loop. */
suite("the loop of the extension host while a model is downloaded", () => {
  const bench = JSON.parse(process.env["MODELDECK_BENCH"] ?? "{}") as HostDownloadBench;
  const run = async <T>(command: string, ...args: readonly unknown[]): Promise<T> =>
    (await vscode.commands.executeCommand(`modelDeck.${command}`, ...args)) as T;

  /** Share of the time that the loop is at work. */
  async function busyFor(deed: () => Promise<unknown>): Promise<number> {
    const before = performance.eventLoopUtilization();
    await deed();
    return performance.eventLoopUtilization(before).utilization;
  }

  /** Not together with the share: two hundred timers a second are some per cent of it by themselves. */
  async function lateness(deed: () => Promise<unknown>): Promise<HostLateness> {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const began = performance.now();
    delay.enable();
    await deed();
    delay.disable();
    return { p99: delay.percentile(99) / 1e6, longest: delay.max / 1e6, took: performance.now() - began };
  }

  /** The same bytes, by programs that share nothing with this process but the cores. */
  async function fetchedElsewhere(): Promise<void> {
    const line = 'curl -sk "$1" | tee "$2" | sha256sum';
    await promisify(execFile)("bash", ["-c", line, "bash", bench.url, `${bench.out}.copy`]);
    await rm(`${bench.out}.copy`);
  }

  async function fetched(): Promise<void> {
    const model = `${bench.url}#sha256=${bench.sha256}`;
    const { ids } = await run<{ readonly ids: readonly string[] }>("downloads.add", { model, force: true });
    const own = async (): Promise<Download | undefined> => {
      const { downloads } = await run<{ readonly downloads: readonly Download[] }>("downloads.list", {});
      return downloads.find(({ id }) => ids.includes(id));
    };
    // Asking the deck all the while would be measured, too; so is looking at a file, ten times a second half a per cent.
    const found = await own();
    const file = `${found?.folder ?? ""}/${found?.files[0]?.path ?? ""}`;
    const began = found?.addedAt ?? "";
    for (let there = false; !there;) {
      await sleep(500);
      there = await stat(file).then(
        ({ mtime }) => mtime.toISOString() > began,
        () => false,
      );
    }
    for (let last = await own(); last?.state !== "done"; last = await own()) {
      assert.notEqual(last?.state, "failed", JSON.stringify(last?.reason));
      await sleep(200);
    }
  }

  test("is measured, idle and busy by turns", async function () {
    this.timeout(0);
    await vscode.extensions.getExtension("modeldeck.modeldeck")?.activate();
    await sleep(5000);
    const idle = (): Promise<void> => sleep(3000);
    const rounds: HostRound[] = [];
    for (let round = 0; round < bench.rounds; round += 1)
      rounds.push({
        busy: { idle: await busyFor(idle), ours: await busyFor(fetched), beside: await busyFor(fetchedElsewhere) },
        late: { idle: await lateness(idle), ours: await lateness(fetched), beside: await lateness(fetchedElsewhere) },
      });
    await writeFile(bench.out, JSON.stringify(rounds));
  });
});
