import assert from "node:assert/strict";
import type { Failure, TierResult } from "../../support/result.ts";
import { withSecondAttempt } from "../../support/second-attempt.ts";

suite("what failed, at a second attempt", () => {
  const failure = (title: string, file?: string): Failure => ({ title, error: `no ${title}`, ...(file && { file }) });
  /** Of one file: titles of what passed, and what failed. */
  const of = (file: string, passed: readonly string[], ...failed: Failure[]): TierResult => ({
    passed: passed.length,
    skipped: 1,
    failed,
    files: { [file]: { passed, skipped: 1 } },
  });
  /** Five others passed and one was skipped. */
  const beside = ({ passed, skipped, failed, files }: TierResult): TierResult => ({
    passed: passed + 5,
    skipped: skipped + 1,
    failed,
    ...(files && { files }),
  });
  const attempt = async (first: TierResult, second: Readonly<Record<string, TierResult>> = {}) => {
    const asked: string[] = [];
    const {
      passed,
      skipped,
      failed,
      again = [],
    } = await withSecondAttempt(first, async (file) => {
      asked.push(file);
      const result = second[file];
      assert.ok(result, file);
      return result;
    });
    return { asked, passed, skipped, failed: failed.map(({ title }) => title), again: again.map(({ title }) => title) };
  };

  test("nothing is run again where nothing failed, or no file of tests did", async () => {
    assert.deepEqual((await attempt(of("x.ts", ["a"]))).asked, []);
    const { asked, failed } = await attempt(of("x.ts", ["a"], failure("the build")));
    assert.deepEqual([asked, failed], [[], ["the build"]]);
  });

  test("what passes then has passed, and is told", async () => {
    const first = beside(of("x.ts", ["b"], failure("a", "x.ts")));
    assert.deepEqual(await attempt(first, { "x.ts": of("x.ts", ["a", "b"]) }), {
      asked: ["x.ts"],
      passed: 7,
      skipped: 2,
      failed: [],
      again: ["a"],
    });
  });

  test("what fails again has failed, whatever passed beside it", async () => {
    const files = { ...of("x.ts", ["c"]).files, ...of("y.ts", []).files };
    const failed = [failure("a", "x.ts"), failure("b", "x.ts"), failure("d", "y.ts"), failure("the build")];
    const second = { "x.ts": of("x.ts", ["a", "c"], failure("b", "x.ts")), "y.ts": of("y.ts", ["d"]) };
    assert.deepEqual(await attempt({ passed: 1, skipped: 2, failed, files }, second), {
      asked: ["x.ts", "y.ts"],
      passed: 3,
      skipped: 2,
      failed: ["the build", "b"],
      again: ["a", "d"],
    });
  });

  test("what passed at first and fails then has failed", async () => {
    const { passed, failed, again } = await attempt(beside(of("x.ts", ["b"], failure("a", "x.ts"))), {
      "x.ts": of("x.ts", ["a"], failure("b", "x.ts")),
    });
    assert.deepEqual([passed, failed, again], [6, ["b"], ["a"]]);
  });

  test("what is skipped then, or does not run, has failed as it did at first", async () => {
    const first = beside(of("x.ts", [], failure("a", "x.ts")));
    const skipped = await attempt(first, { "x.ts": { passed: 0, skipped: 2, failed: [] } });
    assert.deepEqual([skipped.failed, skipped.again], [["a"], []]);
    const crashed = await attempt(first, { "x.ts": { passed: 0, skipped: 0, failed: [failure("tier x")] } });
    assert.deepEqual([crashed.failed, crashed.again], [["a", "tier x"], []]);
  });

  test("what stands before all tests of a suite passes with them, and they count", async () => {
    const hook = failure('the world "before all" hook for "a"', "x.ts");
    const { passed, failed, again } = await attempt(beside(of("x.ts", [], hook)), { "x.ts": of("x.ts", ["a", "b"]) });
    assert.deepEqual([passed, failed, again], [7, [], [hook.title]]);
    const other = await attempt(beside(of("x.ts", [], hook)), { "x.ts": of("x.ts", ["a"], failure("b", "x.ts")) });
    assert.deepEqual([other.failed, other.again], [[hook.title, "b"], []]);
  });

  test("a window that broke off at first is mended by one that goes to its end", async () => {
    const broken: TierResult = {
      passed: 0,
      skipped: 0,
      failed: [{ ...failure("the host", "window"), isRunner: true }],
    };
    const { passed, failed, again } = await attempt(broken, { window: of("window", ["a", "b"]) });
    assert.deepEqual([passed, failed, again], [2, [], ["the host"]]);
    const other = await attempt(broken, { window: of("window", ["a"], failure("b", "window")) });
    assert.deepEqual([other.failed, other.again], [["the host", "b"], []]);
  });

  test("failures all over the place are no bad luck: none is run again", async () => {
    const failed = ["1", "2", "3", "4", "5"].map((name) => failure(name, `${name}.ts`));
    assert.deepEqual((await attempt({ passed: 9, skipped: 0, failed })).asked, []);
  });
});
