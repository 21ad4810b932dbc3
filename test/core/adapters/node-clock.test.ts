import assert from "node:assert/strict";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { millis } from "../../../src/core/util/ids.ts";

suite("the clock of this machine", () => {
  test("a sleep that is longer than a timer can be is not over at once", async () => {
    const stop = new AbortController();
    const sleeping = nodeClock.sleep(millis(2 ** 33), stop.signal);
    const early = await Promise.race([
      sleeping.then(
        () => "over",
        () => "stopped",
      ),
      nodeClock.sleep(millis(20), stop.signal).then(() => "asleep"),
    ]);
    assert.equal(early, "asleep");
    stop.abort();
    await assert.rejects(sleeping);
  });
});
