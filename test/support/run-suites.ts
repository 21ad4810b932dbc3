import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { type TierResult, nothing } from "./result.ts";

export interface SuiteRun {
  /** In words of the tier. */
  readonly title: string;
  /** Of Node; what follows it is the project's own. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds. */
  readonly limit: number;
  /** Without its end: the reporter writes FILE.json, and in FILE.running what runs. */
  readonly report: string;
}

/** Such an end no script can bring about, and nothing of ours is native: it is Node's own fault, and told as such. */
const CRASHES: ReadonlySet<string | null> = new Set(["SIGSEGV", "SIGBUS", "SIGILL"]);

/** One process of tests with its output on ours. Where Node itself crashed, it is told at which test, and all of it is run once more. */
export async function runSuites(run: SuiteRun, print: (line: string) => void = console.log): Promise<TierResult> {
  const first = await attempt(run);
  if (first.result || !CRASHES.has(first.child.signalCode)) return resultOf(run, first);
  print(`\n${run.title}: Node crashed, ${endOf(first)}. What ran there is run once more.\n`);
  return resultOf(run, await attempt(run));
}

interface Attempt {
  readonly child: ChildProcess;
  readonly late: boolean;
  readonly result: TierResult | undefined;
  readonly running: string;
}

async function attempt({ args, env, cwd, limit, report }: SuiteRun): Promise<Attempt> {
  for (const end of [".json", ".running"]) await rm(report + end, { force: true });
  const child = spawn(process.execPath, args, { cwd, stdio: "inherit", env: { ...env, MODELDECK_REPORT: report } });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGTERM");
  }, limit);
  await once(child, "exit");
  clearTimeout(timer);
  const read = (end: string): Promise<string | undefined> => readFile(report + end, "utf8").catch(() => undefined);
  const told = await read(".json");
  return { child, late, result: told && JSON.parse(told), running: (await read(".running")) ?? "no test" };
}

function resultOf({ title, limit, report }: SuiteRun, ended: Attempt): TierResult {
  const failure = (error: string): TierResult => ({ ...nothing, failed: [{ title, error }] });
  const { child, late, result } = ended;
  if (late) return failure(`did not end within ${limit / 60_000} minutes, at ${ended.running}`);
  if (!result) return failure(`left no result in ${path.basename(report)}: ${endOf(ended)}`);
  const count = result.failed.length;
  // Mocha ends with how many failed, a script with one.
  const isAsTold =
    count === 0 ? child.exitCode === 0 : [1, Math.min(count, 255)].some((code) => code === child.exitCode);
  return isAsTold
    ? result
    : { ...result, failed: [...result.failed, { title, error: `after its tests: ${endOf(ended)}` }] };
}

const endOf = ({ child, running }: Attempt): string =>
  `${child.exitCode === null ? `signal ${child.signalCode ?? ""}` : `exit code ${child.exitCode}`} at “${running}”`;
