// npm test [tier…]: core, faults, host, ui, engine; all of them where none is named.
// --grep TEXT: only tests whose names match.
// MODELDECK_REQUIRE=vscode,engine: what this machine must have; a suite that is skipped for want of it fails.
import { parseArgs } from "node:util";
import { bringUpEngine } from "./support/engine.ts";
import { run } from "./support/command.ts";
import { isRequired } from "./support/needs.ts";
import { type TierResult, nothing, together } from "./support/result.ts";
import { isTier, root, runTier, tierNames, tiers } from "./support/tiers.ts";
import { findVsCode } from "./support/vscode/window.ts";

const { values, positionals: named } = parseArgs({ allowPositionals: true, options: { grep: { type: "string" } } });
const options = values.grep === undefined ? [] : ["--grep", values.grep];
const unknown = named.filter((name) => !isTier(name));
if (unknown.length > 0) {
  console.error(`There is no tier ${unknown.join(", ")}. Tiers: ${tierNames.join(", ")}.`);
  process.exit(2);
}
const chosen = named.length === 0 ? tierNames : named.filter(isTier);
const uses = (what: "build" | "engine" | "vscode"): boolean => chosen.some((name) => tiers[name].uses.includes(what));
const results: TierResult[] = [];
const failed = (title: string, error: string): TierResult => ({ ...nothing, failed: [{ title, error }] });

if (uses("build")) {
  const { code, stdout, stderr } = await run(process.execPath, ["esbuild.mjs", "--production"], { cwd: root });
  if (code !== 0) results.push(failed("the build", `${stdout}${stderr}`));
}
// Here and not in each tier, so that what is missing is installed once, and said once.
for (const [what, find] of [
  ["engine", bringUpEngine],
  ["vscode", findVsCode],
] as const) {
  if (!uses(what)) continue;
  const available = await find();
  if (available.ok) continue;
  if (isRequired(what)) results.push(failed(`MODELDECK_REQUIRE=${what}`, available.reason));
  else console.log(`Suites that need ${what} are skipped: ${available.reason}.`);
}

for (const name of chosen) {
  console.log(`\n== ${name}`);
  const began = performance.now();
  const result = await runTier(name, options);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `== ${name}: ${result.passed} passed, ${result.failed.length} failed, ${result.skipped} skipped in ${seconds} s`,
  );
  results.push(result);
}

const all = together(results);
for (const { title, error } of all.again ?? []) console.log(`\npassed at a second attempt only: ${title}\n${error}`);
for (const { title, error } of all.failed) console.log(`\nfailed: ${title}\n${error}`);
console.log(`\n${all.passed} passed, ${all.failed.length} failed${all.skipped > 0 ? `, ${all.skipped} skipped` : ""}`);
process.exitCode = all.failed.length > 0 ? 1 : 0;
