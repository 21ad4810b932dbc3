import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { TierResult } from "./result.ts";

export const root = path.join(import.meta.dirname, "../..");

export const tierNames = ["core", "faults", "host", "ui", "engine"] as const;
export type TierName = (typeof tierNames)[number];

interface Tier {
  /** Suites that mocha runs in a process of its own; or a script that runs them elsewhere, and writes the report. */
  readonly suites?: readonly string[];
  readonly script?: string;
  /** Of one test, in milliseconds, where it does not say itself. */
  readonly timeout?: number;
  /** What it takes; made ready, where that is possible, before any tier starts. */
  readonly uses: readonly ("build" | "engine" | "vscode")[];
}

export const tiers: Readonly<Record<TierName, Tier>> = {
  core: { suites: ["test/core/**/*.test.ts", "test/contract/**/*.test.ts", "test/page/**/*.test.ts"], uses: ["build"] },
  faults: { suites: ["test/faults/**/*.test.ts"], timeout: 180_000, uses: ["build"] },
  host: { script: "test/support/host-tier.ts", uses: ["build", "engine", "vscode"] },
  ui: { suites: ["test/ui/**/*.test.ts"], timeout: 300_000, uses: ["build", "engine", "vscode"] },
  engine: { suites: ["test/engine/**/*.test.ts"], timeout: 180_000, uses: ["engine"] },
};

export const isTier = (name: string): name is TierName => tierNames.some((known) => known === name);

/** A hung tier is ended: the slowest takes a tenth of this, and a quarter on a machine that does much else. */
const LIMIT = 60 * 60_000;

/** Runs one tier in a process of its own, with its output on ours. A tier that ran no test has failed. */
export async function runTier(name: TierName, extra: readonly string[] = []): Promise<TierResult> {
  const { suites = [], script, timeout = 30_000 } = tiers[name];
  const report = path.join(root, `out/test/${name}.json`);
  await rm(report, { force: true });
  const mocha = [
    "node_modules/mocha/bin/mocha.js",
    "--no-config",
    "--ui",
    "tdd",
    "--forbid-only",
    "--timeout",
    String(timeout),
  ];
  const args =
    script === undefined
      ? [...mocha, "--reporter", "test/support/reporter.ts", ...extra, ...suites]
      : [script, ...extra];
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, MODELDECK_REPORT: report },
  });
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    child.kill("SIGTERM");
  }, LIMIT);
  await once(child, "exit");
  clearTimeout(limit);
  const failure = (error: string): TierResult => ({
    passed: 0,
    skipped: 0,
    failed: [{ title: `tier ${name}`, error }],
  });
  const result = await readFile(report, "utf8").then(
    (text) => JSON.parse(text) as TierResult,
    () => undefined,
  );
  const end = child.exitCode === null ? `signal ${child.signalCode ?? ""}` : `exit code ${child.exitCode}`;
  if (late) return failure(`did not end within ${LIMIT / 60_000} minutes`);
  if (!result) return failure(`left no result (${end})`);
  if (result.passed + result.skipped + result.failed.length === 0) return failure("ran no test");
  if (child.exitCode !== 0 && result.failed.length === 0)
    return { ...result, failed: [{ title: `tier ${name}`, error: `ended with ${end} after its tests` }] };
  return result;
}
