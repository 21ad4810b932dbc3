import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { sqlWasmFile } from "../../src/core/adapters/bundle-file.ts";
import type { ScanAsk } from "../../src/core/ports/scanner.ts";
import { interleaved } from "./interleaved.ts";
import { plantLibrary } from "./scan-data.ts";

const run = promisify(execFile);
const root = path.join(import.meta.dirname, "../..");

/** S1 to S3: 100,000 files, 5,000 models, in the page cache for all; and what the host's loop notices of it. */
export async function scan(rounds: number): Promise<void> {
  const parent = path.join(root, "out/bench");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, "scan-"));
  const library = path.join(folder, "library");
  const scanner = scannerIn(await bundledScanThread(parent), path.join(folder, "cache"));
  const ask = async (afresh: boolean): Promise<void> => {
    const { models, files, folders, unchanged } = await scanner.scan({ store: "folder", root: library, afresh });
    if (models !== 5000 || files !== 100_000 || (unchanged !== folders && !afresh))
      throw new Error(`the scan found ${models} models, ${files} files, ${unchanged} of ${folders} unchanged`);
  };
  /** What a scan writes after its answer is not to run beside what is measured next. */
  const written = (): Promise<unknown> => scanner.heads([]);
  const shell = (command: string) => (): Promise<number> => timed(() => run("sh", ["-c", command, "sh", library]));
  const names = String.raw`\( -name '*.gguf' -o -name '*.safetensors' \)`;
  const measured = async (deed: () => Promise<unknown>): Promise<number> => {
    const took = await timed(deed);
    await written();
    return took;
  };
  /** Of many in a row: one scan of 150 ms has some thirty timers, whose p99 is the latest of them. */
  const noticed = async (deed: () => Promise<unknown>): Promise<string> => {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const before = performance.eventLoopUtilization();
    delay.enable();
    for (let times = 0; times < rounds; times += 1) await deed();
    delay.disable();
    const busy = performance.eventLoopUtilization(before).utilization;
    const late = delay.percentile(99) / idle.percentile(99);
    return `busy for ${(busy * 100).toFixed(1)} %; late at p99 ${late.toFixed(2)} times as much as idle`;
  };
  const idle = monitorEventLoopDelay({ resolution: 5 });
  try {
    plantLibrary(library);
    await ask(true);
    idle.enable();
    await setTimeout(2000);
    idle.disable();
    const lines: readonly (readonly [string, string, () => Promise<number>, () => Promise<number>])[] = [
      [
        "S1  walk ÷ find -type f -name",
        "2.0",
        () => measured(() => scanner.ofSizes([library], [1])),
        shell(`find "$1" -type f ${names} >/dev/null`),
      ],
      [
        "S2  scan ÷ find | xargs head -c 65536",
        "3.5",
        () => measured(() => ask(true)),
        shell(`find "$1" -type f ${names} -print0 | xargs -0 head -qc 65536 >/dev/null`),
      ],
      [
        "S3  scan again ÷ find -printf",
        "2.0",
        () => measured(() => ask(false)),
        shell(`find "$1" -type f -printf '%p %s %T@\\n' >/dev/null`),
      ],
    ];
    for (const [title, most, ours, theirs] of lines) {
      for (const ratio of await interleaved({ "Model Deck": ours, other: theirs }, rounds))
        console.log(
          `${title}: ${ratio.median.toFixed(3)} (${ratio.least.toFixed(3)} to ${ratio.most.toFixed(3)}, ${rounds} rounds); must be ≤ ${most}`,
        );
      console.log(`    the host's loop: ${await noticed(ours)}`);
    }
  } finally {
    await scanner.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed(deed: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await deed();
  return performance.now() - begun;
}

/** As it ships, its worker one file beside it. */
async function bundledScanThread(outdir: string): Promise<string> {
  const adapters = path.join(root, "src/core/adapters");
  await build({
    entryPoints: {
      "scan-thread": path.join(adapters, "scan-thread.ts"),
      "scan.worker": path.join(adapters, "scan.worker.ts"),
    },
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    minify: true,
    logOverride: { "empty-import-meta": "silent" },
    logLevel: "warning",
  });
  await copyFile(sqlWasmFile(), path.join(outdir, "sql-wasm.wasm"));
  return path.join(outdir, "scan-thread.cjs");
}

interface Scanned {
  readonly models: number;
  readonly files: number;
  readonly folders: number;
  readonly unchanged: number;
}

/** Asked as in the editor: from a thread that is not the host's, which hears of it alone that it is done. */
function scannerIn(bundle: string, cacheFolder: string) {
  const options = { cacheFolder, version: "bench", idle: 600_000 };
  const worker = new Worker(path.join(import.meta.dirname, "scan-host.cjs"), { workerData: { bundle, options } });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  worker.on("message", ({ id, answer, error }: { id: number; answer?: unknown; error?: string }) => {
    if (error === undefined) waiting.get(id)?.resolve(answer);
    else waiting.get(id)?.reject(new Error(error));
    waiting.delete(id);
  });
  let last = 0;
  const ask = async (verb: string, ...args: readonly unknown[]): Promise<unknown> => {
    last += 1;
    const question = Promise.withResolvers<unknown>();
    waiting.set(last, question);
    worker.postMessage({ id: last, verb, args }, []);
    return question.promise;
  };
  return {
    scan: async (wanted: ScanAsk) => (await ask("scan", wanted)) as Scanned,
    ofSizes: (roots: readonly string[], sizes: readonly number[]) => ask("ofSizes", roots, sizes),
    heads: (paths: readonly string[]) => ask("heads", paths),
    close: async () => {
      await ask("close");
      await worker.terminate();
    },
  };
}
