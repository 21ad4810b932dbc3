// npm run check: types, lint, format, unused code. A checker that saw no files, or few of them, has failed.
import { glob } from "node:fs/promises";
import path from "node:path";
import { run } from "./command.ts";

const root = path.join(import.meta.dirname, "../..");

interface Outcome {
  readonly ok: boolean;
  readonly output: string;
  /** How many files of ours the checker says it saw. */
  readonly saw: number;
  /** How many there are for it. */
  readonly expected: number;
}

const count = async (patterns: readonly string[]): Promise<number> => {
  const found = new Set<string>();
  for await (const file of glob([...patterns], {
    cwd: root,
    exclude: (name) => /^(node_modules|out|dist|\.git)$/.test(name),
  }))
    found.add(file);
  return found.size;
};
const tool = (name: string, ...args: readonly string[]): ReturnType<typeof run> =>
  run(path.join(root, "node_modules/.bin", name), args, { cwd: root, shell: process.platform === "win32" });
const numberIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);

/** Those that build references do not see on their own are found by the same commands, one project after the other. */
const projects = ["src/core/protocol", "src/core", "src/webview", "src/extension", "src/terminal", "test"];

async function types(): Promise<Outcome> {
  const built = await tool("tsc", "-b");
  const seen = new Set<string>();
  for (const project of projects) {
    const { stdout } = await tool("tsc", "-p", project, "--listFilesOnly");
    for (const file of stdout.split("\n"))
      if (file.endsWith(".ts") && /^(src|test)\//.test(path.relative(root, file))) seen.add(file);
  }
  return {
    ok: built.code === 0,
    output: built.stdout + built.stderr,
    saw: seen.size,
    expected: await count(["src/**/*.ts", "test/**/*.ts"]),
  };
}

async function lint(): Promise<Outcome> {
  const { code, stdout, stderr } = await tool(
    "oxlint",
    "--type-aware",
    "--deny-warnings",
    "src",
    "test",
    "esbuild.mjs",
  );
  const expected = await count(["src/**/*.ts", "test/**/*.ts"]);
  return { ok: code === 0, output: stdout + stderr, saw: numberIn(stdout, /on (\d+) files/), expected };
}

async function format(): Promise<Outcome> {
  const { code, stdout, stderr } = await tool("oxfmt", "--check", ".");
  const expected = await count(["src/**/*.ts", "test/**/*.ts"]);
  return { ok: code === 0, output: stdout + stderr, saw: numberIn(stdout, /on (\d+) files/), expected };
}

async function unused(): Promise<Outcome> {
  const { code, stdout, stderr } = await tool(
    "knip",
    "--treat-config-hints-as-errors",
    "--reporter",
    "symbols",
    "--reporter",
    "./test/support/knip-count.ts",
  );
  const expected = await count(["src/**/*.ts", "test/**/*.ts"]);
  return { ok: code === 0, output: stdout + stderr, saw: numberIn(stdout, /knip read (\d+) files/), expected };
}

let good = true;
for (const [name, check] of Object.entries({ types, lint, format, unused })) {
  const began = performance.now();
  const { ok, output, saw, expected } = await check();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const blind = expected === 0 || saw < expected;
  if (!ok) console.log(output.trim());
  console.log(`${ok && !blind ? "ok    " : "failed"} ${name}: ${saw} files in ${seconds} s`);
  if (blind)
    console.log(`The check of ${name} saw ${saw} of ${expected} files: it proves nothing until it sees them all.`);
  good &&= ok && !blind;
}
process.exitCode = good ? 0 : 1;
