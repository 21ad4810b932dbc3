import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { DEFAULT_NET } from "../../src/core/adapters/choose-proxy.ts";
import { createWorkerTransfers } from "../../src/core/adapters/worker-transfers.ts";
import { PATIENCE, type TransferJob, type Transfers } from "../../src/core/downloads/transfers.ts";
import { parseSha256 } from "../../src/core/util/ids.ts";
import type { BenchSource, BenchSourceFacts } from "./download-server.ts";

export const run = promisify(execFile);
export const root = path.join(import.meta.dirname, "../..");

export interface Source extends BenchSourceFacts {
  readonly size: number;
  readonly sizes: readonly number[];
  /** Bytes that went out since it was asked last. */
  served(): Promise<number>;
  close(): Promise<void>;
}

export async function startSource(options: BenchSource): Promise<Source> {
  const script = path.join(import.meta.dirname, "download-server.ts");
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const facts = JSON.parse(line) as BenchSourceFacts;
  return {
    ...facts,
    size: options.size,
    sizes: options.small,
    served: async () => Number(await (await fetch(`${facts.url}/served`)).text()),
    close: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill();
  await gone;
}

/** A folder of this run, on the disk the project is on. */
export async function benchFolder(name: string): Promise<string> {
  const parent = path.join(root, "out/bench");
  await mkdir(parent, { recursive: true });
  return mkdtemp(path.join(parent, `${name}-`));
}

export async function selfSigned(folder: string): Promise<{ key: string; cert: string }> {
  const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  const names = ["-subj", "/CN=127.0.0.1", "-days", "2"];
  await run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, ...names]);
  return { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
}

/** With their thread, as it is in a window that has fetched something: after one small file. */
export async function warmTransfers(source: Source, folder: string): Promise<Transfers> {
  const transfers = makeTransfers();
  await timedIn(folder, (place) =>
    transfers.run(jobFor(source, place, "warm", 0), () => undefined, new AbortController().signal),
  );
  return transfers;
}

export const makeTransfers = (): Transfers =>
  createWorkerTransfers(PATIENCE, undefined, undefined, () => ({
    perHost: 16,
    net: { ...DEFAULT_NET, strictSsl: false },
  }));

export function jobFor(source: Source, folder: string, name = "file", index?: number): TransferJob {
  const sha256 = parseSha256((index === undefined ? source.sha256 : source.small[index]) ?? "");
  return {
    provider: "huggingface",
    url: `${source.url}/${index === undefined ? "file" : `small/${index}`}`,
    endpoint: source.url,
    repository: "bench/bench",
    commit: "bench",
    file: name,
    connections: 16,
    allowPrivateHosts: true,
    root: folder,
    target: path.join(folder, name),
    sizeBytes: (index === undefined ? source.size : source.sizes[index]) ?? 0,
    ...(sha256 && { sha256 }),
    force: false,
    reserveBytes: 0,
  };
}

/** How long it takes in a folder that is empty before and removed after, in milliseconds. */
export async function timedIn(parent: string, deed: (folder: string) => Promise<unknown>): Promise<number> {
  const folder = await mkdtemp(path.join(parent, "run-"));
  const begun = performance.now();
  try {
    await deed(folder);
    return performance.now() - begun;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Those of the commands that are there; says which are not, and where they are had. */
export async function commandsHere(names: readonly string[]): Promise<ReadonlySet<string>> {
  const here = new Set<string>();
  for (const name of names)
    await run("which", [name]).then(
      () => here.add(name),
      () => undefined,
    );
  const missing = names.filter((name) => !here.has(name));
  if (missing.length > 0)
    console.log(`Not here: ${missing.join(", ")}. On Debian: apt-get install -y aria2 axel curl openssl`);
  return here;
}

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
