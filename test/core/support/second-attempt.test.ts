import assert from "node:assert/strict";
import type { Failure, TierResult } from "../../support/result.ts";
import { wholeAgain, withSecondAttempt } from "../../support/second-attempt.ts";

suite("what failed, at a second attempt", () => {
  const failure = (title: string, file?: string): Failure => ({ title, error: `no ${title}`, ...(file && { file }) });
  const result = (passed: number, ...failed: Failure[]): TierResult => ({ passed, skipped: 1, failed });
  const attempt = async (first: TierResult, second: Readonly<Record<string, TierResult>>) => {
    const asked: string[] = [];
    const { passed, skipped, failed, again } = await withSecondAttempt(first, async (file) => {
      asked.push(file);
      const of = second[file];
      assert.ok(of, file);
      return of;
    });
    return { asked, passed, skipped, failed: failed.map(({ title }) => title), again };
  };

  test("nothing is run again where nothing failed, or no file of tests did", async () => {
    assert.deepEqual((await attempt(result(9), {})).asked, []);
    const { asked, failed } = await attempt(result(9, failure("the build")), {});
    assert.deepEqual([asked, failed], [[], ["the build"]]);
  });

  test("what passes then has passed, and is told with what it said first", async () => {
    const a = failure("a", "x.ts");
    assert.deepEqual(await attempt(result(9, a), { "x.ts": result(5) }), {
      asked: ["x.ts"],
      passed: 10,
      skipped: 1,
      failed: [],
      again: [a],
    });
  });

  test("what fails again has failed, whatever passed beside it", async () => {
    const first = result(9, failure("a", "x.ts"), failure("b", "x.ts"), failure("c", "y.ts"), failure("the build"));
    const second = { "x.ts": result(4, failure("b", "x.ts")), "y.ts": result(2) };
    const { asked, passed, failed, again } = await attempt(first, second);
    assert.deepEqual(asked, ["x.ts", "y.ts"]);
    assert.equal(passed, 11);
    assert.deepEqual(failed, ["the build", "b"]);
    assert.deepEqual(
      again?.map(({ title }) => title),
      ["a", "c"],
    );
  });

  test("what passed at first and fails then has failed", async () => {
    const { passed, failed } = await attempt(result(9, failure("a", "x.ts")), {
      "x.ts": result(4, failure("d", "x.ts")),
    });
    assert.equal(passed, 9);
    assert.deepEqual(failed, ["d"]);
  });

  test("where everything was run again, its result holds", () => {
    const [a, b] = [failure("a"), failure("b")];
    const second = result(12, b);
    assert.deepEqual(wholeAgain(result(0, a, b), second), { ...second, again: [a] });
  });

  test("failures all over the place are no bad luck: none is run again", async () => {
    const failed = ["1", "2", "3", "4", "5"].map((name) => failure(name, `${name}.ts`));
    assert.deepEqual((await attempt(result(9, ...failed), {})).asked, []);
  });
});
