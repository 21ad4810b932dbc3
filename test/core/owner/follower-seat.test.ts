import assert from "node:assert/strict";
import type { Clock } from "../../../src/core/ports/clock.ts";
import { followerSeat } from "../../../src/core/owner/follower-seat.ts";
import type { OwnerLine } from "../../../src/core/owner/line.ts";
import { SIGN } from "../../../src/core/owner/pulse.ts";
import { millis } from "../../../src/core/util/ids.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock that goes on when it is told to. */
function handClock() {
  let now = 0;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  const clock: Clock = {
    now: () => millis(now),
    wall: () => now,
    sleep: (delay, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: now + delay, wake: resolve };
        sleepers.add(sleeper);
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
  };
  let woken = 0;
  return {
    clock,
    woken: () => woken,
    /** All that is due by then wakes at once, as after a machine's sleep. */
    leap: async (to: number): Promise<void> => {
      now = to;
      for (const sleeper of sleepers)
        if (sleeper.until <= now) {
          sleepers.delete(sleeper);
          woken += 1;
          sleeper.wake();
        }
      await settled();
    },
  };
}

suite("a window that follows, and its owner's signs of life", () => {
  const open = () => {
    const hand = handClock();
    const asked: number[] = [];
    let sign = (): void => undefined;
    let over = (): void => undefined;
    const line: OwnerLine = {
      owner: { pid: 1, generation: 1, version: "1.0.0" },
      settings: {},
      ask: async () => ({ kind: "lost" }),
      tellSecretChanged: () => undefined,
      beat: async () => void asked.push(hand.clock.now()),
      onSign: (hears) => void (sign = hears),
      listen: () => undefined,
      ended: new Promise((resolve) => (over = resolve)),
      end: () => over(),
    };
    const seat = followerSeat(line, hand.clock, { get: async () => undefined }, undefined);
    let ending: string | undefined;
    void seat.ending.then(({ kind }) => (ending = kind));
    /** Second for second. */
    const pass = async (from: number, to: number, signs: (second: number) => boolean): Promise<void> => {
      for (let second = from + 1; second <= to; second += 1) {
        if (signs(second)) sign();
        await hand.leap(second * 1000);
      }
    };
    return { hand, asked, pass, sign: () => sign(), ending: () => ending };
  };
  const never = (): boolean => false;
  const always = (): boolean => true;

  test("as long as they come it asks for nothing, and wakes seldom", async () => {
    const { hand, asked, pass, ending } = open();
    await pass(0, 60, always);
    assert.deepEqual([asked, ending()], [[], undefined]);
    assert.ok(hand.woken() <= 31, `${hand.woken()}`);
  });

  test("at the pace of an owner's signs it asks for nothing, wakes seldom, and gives up five seconds after the last", async () => {
    const { hand, asked, sign, ending } = open();
    for (let now = SIGN; now <= 60_000; now = millis(now + SIGN)) {
      sign();
      await hand.leap(now);
    }
    assert.deepEqual([asked, ending()], [[], undefined]);
    assert.ok(hand.woken() <= 41, `${hand.woken()}`);
    const last = 60_000 - SIGN;
    for (let now = 60_250; now < last + 5000; now += 250) await hand.leap(now);
    assert.equal(ending(), undefined);
    for (let now = last + 5000; now <= last + 5000 + SIGN; now += 250) await hand.leap(now);
    assert.equal(ending(), "frozen");
  });

  test("where none comes for three seconds it asks for one, and gives the owner up after five", async () => {
    const { asked, pass, ending } = open();
    await pass(0, 4, never);
    assert.deepEqual([asked, ending()], [[3000], undefined]);
    await pass(4, 5, never);
    assert.equal(ending(), "frozen");
  });

  test("an owner that answers late is asked again only where it falls silent again", async () => {
    const { asked, pass, ending } = open();
    await pass(0, 20, (second) => second % 4 === 0);
    assert.equal(ending(), undefined);
    assert.ok(asked.length > 0);
    await pass(20, 25, never);
    assert.equal(ending(), "frozen");
  });

  test("who slept itself gives it five seconds from then on", async () => {
    const { hand, asked, pass, ending } = open();
    await pass(0, 10, always);
    await hand.leap(28_800_000);
    assert.deepEqual(asked, [28_800_000]);
    await pass(28_800, 28_804, never);
    assert.equal(ending(), undefined);
    await pass(28_804, 28_805, never);
    assert.equal(ending(), "frozen");
  });
});
