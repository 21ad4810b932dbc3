import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type SuiteRun, runSuites } from "../../support/run-suites.ts";

suite("a process of tests", () => {
  let folder: string;
  setup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-suites-"));
  });
  teardown(() => rm(folder, { recursive: true }));

  /** @param lines run in a process, with `passed()` to say that one test passed, and how often there was such a process. */
  const runs = (lines: string): SuiteRun => {
    const script = `
      const fs = require("node:fs");
      const file = process.env.MODELDECK_REPORT;
      fs.appendFileSync(file + ".count", "x");
      const times = fs.statSync(file + ".count").size;
      const passed = () => fs.writeFileSync(file + ".json", JSON.stringify({ passed: 1, skipped: 0, failed: [] }));
      fs.writeFileSync(file + ".running", "a test");
      ${lines}`;
    return {
      title: "tier x",
      args: ["-e", script],
      env: process.env,
      cwd: folder,
      limit: 60_000,
      report: path.join(folder, "x"),
    };
  };
  const told: string[] = [];
  const run = (lines: string): ReturnType<typeof runSuites> => runSuites(runs(lines), (line) => void told.push(line));
  const error = async (lines: string): Promise<string | undefined> => (await run(lines)).failed[0]?.error;

  test("tells what it counted", async () => {
    assert.deepEqual(await run("passed();"), { passed: 1, skipped: 0, failed: [] });
  });

  test("that Node crashed is run once more, not twice", async () => {
    const crash = 'process.kill(process.pid, "SIGSEGV"); setTimeout(() => {}, 60_000);';
    assert.equal((await run(`if (times === 1) { ${crash} } else passed();`)).passed, 1);
    assert.match(told.join(), /^\ntier x: Node crashed, signal SIGSEGV at “a test”\./);
    assert.equal(await error(crash), "left no result in x: signal SIGSEGV at “a test”");
  });

  test("that ended otherwise without a result has failed at once", async () => {
    assert.equal(await error("process.exit(times);"), "left no result in x: exit code 1 at “a test”");
  });

  test("whose end is another than its tests' has failed", async () => {
    assert.equal(await error("passed(); process.exit(3);"), "after its tests: exit code 3 at “a test”");
    const failed =
      'fs.writeFileSync(file + ".json", JSON.stringify({ passed: 1, skipped: 0, failed: [{ title: "t", error: "e" }] }));';
    assert.deepEqual((await run(`${failed} process.exit(1);`)).failed, [{ title: "t", error: "e" }]);
    const aborted = `${failed} process.kill(process.pid, "SIGABRT"); setTimeout(() => {}, 60_000);`;
    assert.deepEqual(
      (await run(aborted)).failed.map(({ title }) => title),
      ["t", "tier x"],
    );
  });
});
