import assert from "node:assert/strict";
import { boardBuffer, createAheadBoard } from "../../../src/core/adapters/ahead-board.ts";

suite("what two threads of a scan know of each other", () => {
  const pair = () => {
    const buffer = boardBuffer();
    return [createAheadBoard(buffer, 0), createAheadBoard(buffer, 1)] as const;
  };

  test("a file is read by whoever claims it first", () => {
    const [one, other] = pair();
    assert.deepEqual([one.claim("/a"), other.claim("/a"), one.claim("/a")], [true, false, false]);
    assert.deepEqual([other.isTheirs("/a"), one.isTheirs("/a"), one.isTheirs("/b")], [true, false, false]);
    assert.deepEqual([other.claim("/b"), one.isTheirs("/b")], [true, true]);
  });

  test("nearly all of very many can be claimed, and none by both", () => {
    const [one, other] = pair();
    let claimed = 0;
    for (let index = 0; index < 20_000; index += 1) {
      const path = `/models/owner-${index % 100}/model-${index}/model-Q4_K_M.gguf`;
      const [mine, theirs] = [one.claim(path), other.claim(path)];
      assert.equal(theirs, false);
      if (mine) claimed += 1;
      // What cannot be claimed is nobody's: it is not waited for.
      else assert.equal(one.isTheirs(path), false);
    }
    assert.ok(claimed > 18_000, String(claimed));
  });

  test("who waits for what was handed over already does not wait", () => {
    const [one, other] = pair();
    const count = one.handedCount();
    other.handed();
    one.waitForHanded(count, Infinity);
    assert.equal(one.isAwaited(), false);
    one.taken();
    assert.equal(other.waitForTaken(0, Infinity), true);
    assert.equal(other.waitForTaken(1, 0), false);
    one.end();
    assert.equal(other.isOver(), true);
  });
});
