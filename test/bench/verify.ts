import { execFile } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { mkdir, mkdtemp, open, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs, promisify } from "node:util";
import { createHashThreads } from "../../src/core/adapters/hash-threads.ts";
import { nodeClock } from "../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../src/core/adapters/node-files.ts";
import { nodeRandom } from "../../src/core/adapters/node-random.ts";
import { openDatabase } from "../../src/core/adapters/sqljs-database.ts";
import type { Database } from "../../src/core/ports/database.ts";
import { keyColumns, migrations } from "../../src/core/registry/schema.ts";
import { createVerifier } from "../../src/core/tasks/create-verifier.ts";
import type { Verifier } from "../../src/core/tasks/verifier.ts";
import { interleaved } from "./interleaved.ts";

const run = promisify(execFile);
const root = path.join(import.meta.dirname, "../..");

/**
 * V1: a whole check, task and report and all, against openssl on every core. The files are in the page cache for both.
 * `--files N --size MiB` for other than 8 × 256 MiB.
 */
export async function verify(rounds: number): Promise<void> {
  const { values } = parseArgs({ strict: false, options: { files: { type: "string" }, size: { type: "string" } } });
  const [count, size] = [Number(values.files ?? 8), Number(values.size ?? 256)];
  const parent = path.join(root, "out/bench");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, "verify-"));
  const log = { debug: () => undefined, info: () => undefined, warn: console.error, error: console.error };
  const database = await openDatabase({
    folder: path.join(folder, "storage"),
    generation: 1,
    migrations,
    keyColumns,
    log,
  });
  const verifier = createVerifier({
    registry: database,
    files: nodeFiles,
    clock: nodeClock,
    random: nodeRandom,
    log,
    digest: nodeDigest,
    hub: { analyze: async () => Promise.reject(new Error("the benchmark asks no hub")) },
    hasher: createHashThreads(),
    roots: { locations: [{ name: "main", path: folder }], weightsRoot: undefined },
  });
  try {
    const files = await makeFiles(folder, count, size);
    const openssl = async (): Promise<readonly string[]> => {
      const { stdout } = await run("sh", [
        "-c",
        `printf '%s\\0' "$@" | xargs -0 -n1 -P${os.availableParallelism()} openssl dgst -sha256 -r`,
        "sh",
        ...files,
      ]);
      return stdout.trim().split("\n");
    };
    // Warms the page cache, and says what the check has to find.
    await record(database, await openssl());
    let busy = 0;
    const ratios = await interleaved(
      {
        "Model Deck": async () => {
          await forget(database, files);
          const before = performance.eventLoopUtilization();
          const took = await timed(() => check(verifier, count));
          busy = Math.max(busy, performance.eventLoopUtilization(before).utilization);
          return took;
        },
        openssl: () => timed(openssl),
      },
      rounds,
    );
    for (const { median, least, most } of ratios)
      console.log(
        `V1  verify ÷ openssl, ${count} × ${size} MiB on ${os.availableParallelism()} cores: ${median.toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)}, ${rounds} rounds); must be ≤ 1.15`,
      );
    console.log(`V1  the host's loop was busy for ${(busy * 100).toFixed(1)} % of a check at most`);
  } finally {
    await verifier.close();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed(deed: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await deed();
  return performance.now() - begun;
}

/** Each full of bytes of its own, of last year. */
async function makeFiles(folder: string, count: number, size: number): Promise<readonly string[]> {
  const files: string[] = [];
  const piece = Buffer.alloc(2 ** 20);
  const past = new Date("2020-01-01T00:00:00Z");
  for (let index = 0; index < count; index += 1) {
    const file = path.join(folder, `model-${index}.gguf`);
    const handle = await open(file, "w");
    for (let written = 0; written < size; written += 1) {
      randomFillSync(piece);
      await handle.write(piece);
    }
    await handle.utimes(past, past);
    await handle.close();
    files.push(file);
  }
  return files;
}

/** @param lines `<digest> *<path>` */
async function record(database: Database, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const [sha256 = "", file = ""] = line.split(" *");
    const { size } = (await nodeFiles.stat(file)) ?? { size: 0 };
    const name = path.basename(file, ".gguf");
    const entry = { name, layer: "discovered", display_name: name, family: name, backend: "llama.cpp", path: file };
    const lists = { aliases_json: "[]", roles_json: "[]", role_priority_json: "{}", capabilities_json: "[]" };
    const rest = { metadata_json: "{}", backend_config_json: "{}", extra_args_json: "[]", deprecated: 0, locked: 0 };
    await database.commit([
      { table: "entries", key: `discovered:${name}`, after: { ...entry, ...lists, ...rest, proof: "sha256" } },
      { table: "files", key: file, after: { entry: name, size_bytes: size, sha256, proof: "sha256" } },
    ]);
  }
}

/** So that the next check reads every byte again. */
const forget = (database: Database, files: readonly string[]): Promise<unknown> =>
  database.commit(files.map((file) => ({ table: "hashes", key: file, after: null })));

async function check(verifier: Verifier, count: number): Promise<void> {
  const id = await verifier.verify(undefined);
  const done = Promise.withResolvers<unknown>();
  const look = (): void => {
    const task = verifier.list().find((one) => one.id === id);
    if (task?.state === "done") done.resolve(task.report);
    if (task?.state === "failed") done.reject(new Error(task.reason?.message));
  };
  const heard = verifier.onChange(look);
  look();
  const report = JSON.stringify(await done.promise);
  heard.dispose();
  if (!report.includes(`"ok":${count},`)) throw new Error(`the check found something else: ${report}`);
}
