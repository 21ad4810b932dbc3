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

  /** What was shown every 250 ms, from the bytes each of them brought. */
  function shownOver(came: readonly number[], total: number): readonly number[] {
    const pace = createPace();
    let left = total;
    return came.flatMap((count, index) => {
      pace.add(index * 250, count);
      left -= count;
      const eta = pace.eta(index * 250, left);
      return eta === null ? [] : [eta];
    });
  }
  const series = (length: number, at: (index: number) => number): number[] => Array.from({ length }, (_, i) => at(i));
  const rises = (shown: readonly number[]): number =>
    shown.filter((eta, index) => index > 0 && eta > (shown[index - 1] ?? 0)).length;

  for (const [name, came] of [
    ["an even flow", series(160, () => 250_000)],
    ["bursts, as of a disk that flushes", series(160, (i) => (i % 4 === 0 ? 700_000 : 100_000))],
    ["a pause of four seconds", series(160, (i) => (i > 60 && i < 76 ? 0 : 250_000))],
    ["a flow that grows", series(160, (i) => 100_000 + i * 3000)],
    [
      "an uneven line",
      series(
        160,
        (i) => 1000 * ([212, 240, 198, 260, 305, 180, 150, 275, 230, 244, 90, 310, 265, 221, 199, 248][i % 16] ?? 0),
      ),
    ],
  ] as const)
    test(`the time left never rises: ${name}`, () => {
      const shown = shownOver(came, 60_000_000);
      assert.ok(shown.length > 100);
      assert.equal(rises(shown), 0, shown.join(" "));
    });

  test("a rate that has really fallen is told, once, and then counts down again", () => {
    const shown = shownOver(
      series(400, (i) => (i < 80 ? 250_000 : 50_000)),
      60_000_000,
    );
    assert.ok(rises(shown) >= 1 && rises(shown) <= 8, shown.join(" "));
    assert.equal(rises(shown.slice(-150)), 0);
    assert.ok(Math.abs((shown.at(-1) ?? 0) - (60_000_000 - 80 * 250_000 - 320 * 50_000) / 200_000) < 20);
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
