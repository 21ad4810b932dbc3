import { readdirSync } from "node:fs";
import path from "node:path";
import { type TierResult, nothing, together } from "./result.ts";
import { runSuites } from "./run-suites.ts";
import { withSecondAttempt } from "./second-attempt.ts";

export const root = path.join(import.meta.dirname, "../..");

export const tierNames = ["core", "faults", "host", "ui", "engine"] as const;
export type TierName = (typeof tierNames)[number];

interface Tier {
  /** Suites, each of which mocha runs in a process of its own; or a script that runs them elsewhere, and writes the report. */
  readonly suites?: readonly string[];
  readonly script?: string;
  /** Of one test, in milliseconds, where it does not say itself. */
  readonly timeout?: number;
  /** What it takes; made ready, where that is possible, before any tier starts. */
  readonly uses: readonly ("build" | "engine" | "vscode")[];
}

const foldersOf = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter((one) => one.isDirectory())
    .map(({ name }) => `${folder}/${name}/**/*.test.ts`);

export const tiers: Readonly<Record<TierName, Tier>> = {
  core: {
    suites: ["test/core/**/*.test.ts", "test/contract/**/*.test.ts", "test/page/**/*.test.ts"],
    timeout: 180_000,
    uses: ["build"],
  },
  faults: { suites: [...foldersOf("test/faults"), "test/faults/*.test.ts"], timeout: 180_000, uses: ["build"] },
  host: { script: "test/support/host-tier.ts", uses: ["build", "engine", "vscode"] },
  ui: { suites: ["test/ui/**/*.test.ts"], timeout: 300_000, uses: ["build", "engine", "vscode"] },
  engine: { suites: ["test/engine/**/*.test.ts"], timeout: 180_000, uses: ["build", "engine"] },
};

export const isTier = (name: string): name is TierName => tierNames.some((known) => known === name);

/** A hung tier is ended: the slowest takes a tenth of this, and a quarter on a machine that does much else. */
const LIMIT = 60 * 60_000;

/** Runs one tier in processes of its own, with their output on ours. A tier that ran no test has failed. */
export async function runTier(name: TierName, extra: readonly string[] = []): Promise<TierResult> {
  const { suites = [], script, timeout = 30_000 } = tiers[name];
  const title = `tier ${name}`;
  const mocha = [
    "node_modules/mocha/bin/mocha.js",
    "--no-config",
    "--ui",
    "tdd",
    "--forbid-only",
    "--timeout",
    String(timeout),
    "--reporter",
    "test/support/reporter.ts",
    ...extra,
  ];
  const runs = script === undefined ? suites.map((glob) => [...mocha, glob]) : [[script, ...extra]];
  const env = { ...process.env, MODELDECK_THREADS: path.join(root, "dist") };
  const results: TierResult[] = [];
  const runOne = (args: readonly string[], report: string): Promise<TierResult> =>
    runSuites({ title, args, env, cwd: root, limit: LIMIT, report: path.join(root, "out/test", report) });
  for (const [index, args] of runs.entries())
    results.push(await runOne(args, index === 0 ? name : `${name}-${index + 1}`));
  const all = together(results);
  if (all.passed + all.skipped + all.failed.length === 0)
    return { ...nothing, failed: [{ title, error: "ran no test" }] };
  // Whoever names a test wants to see it fail; a script does it by itself.
  if (extra.length > 0 || script !== undefined) return all;
  return withSecondAttempt(all, (file) => {
    console.log(`\n${title}: once more ${path.relative(root, file)}`);
    return runOne([...mocha, file], `${name}-again`);
  });
}
