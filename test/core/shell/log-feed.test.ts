import assert from "node:assert/strict";
import { createLogFeed } from "../../../src/extension/log-feed.ts";

const heard = (first: number, ...lines: string[]) => ({ kind: "logs", server: "a", first, lines }) as const;

suite("a log on its way to the page", () => {
  test("is sent whole first, then what is new, gathered", () => {
    const feed = createLogFeed("a");
    assert.equal(feed.hear(heard(9, "early")), true);
    assert.equal(feed.take(), undefined);
    const whole = feed.whole({ lines: ["x", "y"], dropped: 8, next: 10 });
    assert.deepEqual(whole, { kind: "logs", server: "a", first: 8, lines: ["x", "y"], dropped: 8, whole: true });
    feed.hear(heard(10, "1"));
    feed.hear(heard(11, "2", "3"));
    assert.deepEqual(feed.take(), {
      kind: "logs",
      server: "a",
      first: 10,
      lines: ["1", "2", "3"],
      dropped: 8,
      whole: false,
    });
    assert.equal(feed.take(), undefined);
  });

  test("lines that came with the whole are not sent twice", () => {
    const feed = createLogFeed("a");
    feed.whole({ lines: ["x"], dropped: 0, next: 1 });
    feed.hear(heard(0, "x", "y"));
    assert.deepEqual(feed.take()?.lines, ["y"]);
  });

  test("a gap is told, and other servers are passed over", () => {
    const feed = createLogFeed("a");
    feed.whole({ lines: [], dropped: 0, next: 0 });
    assert.equal(feed.hear({ ...heard(0, "not ours"), server: "b" }), true);
    assert.equal(feed.hear(heard(5, "later")), false);
    assert.equal(feed.take(), undefined);
  });
});
