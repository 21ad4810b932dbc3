import assert from "node:assert/strict";
import { createPace } from "../../../src/core/downloads/pace.ts";

/** One MB a second in steps of 250 ms, but for what `shape` makes of it. */
function feed(
  pace: ReturnType<typeof createPace>,
  seconds: number,
  shape: (at: number) => number = () => 250_000,
): number {
  for (let at = 0; at <= seconds * 1000; at += 250) pace.add(at, shape(at));
  return seconds * 1000;
}

suite("pace", () => {
  test("an even flow is told as it is", () => {
    const pace = createPace();
    const now = feed(pace, 20);
    assert.ok(Math.abs(pace.rate(now) - 1_000_000) < 20_000);
    assert.equal(pace.eta(now, 30_000_000), 30);
  });

  test("a bumpy flow makes the time left count down, not jump", () => {
    const pace = createPace();
    let last: number | undefined;
    let left = 100_000_000;
    for (let at = 0; at <= 40_000; at += 250) {
      const came = (at / 250) % 4 === 0 ? 700_000 : 100_000;
      pace.add(at, came);
      left -= came;
      const eta = pace.eta(at, left);
      if (at < 15_000 || eta === null) continue;
      if (last !== undefined) assert.ok(eta <= last + 2, `${eta} after ${last}`);
      last = eta;
    }
    assert.notEqual(last, undefined);
  });

  test("silence lets the rate fall away, and the time left is unknown in the end", () => {
    const pace = createPace();
    const now = feed(pace, 10);
    assert.ok(pace.rate(now + 10_000) < 100_000);
    assert.equal(pace.eta(now + 400_000, 1_000_000), null);
  });

  test("nothing yet is nothing, not infinity", () => {
    const pace = createPace();
    assert.equal(pace.rate(5), 0);
    assert.equal(pace.eta(5, 100), null);
  });
});
