import assert from "node:assert/strict";
import { type MoveTo, type Place, moved } from "../../../src/core/tasks/move.ts";

const queue: readonly Place[] = [
  { id: "urgent", priority: -1, position: 9 },
  { id: "a", priority: 0, position: 2 },
  { id: "b", priority: 0, position: 5 },
  { id: "c", priority: 0, position: 6 },
  { id: "idle", priority: 3, position: 1 },
];

const after = (id: string, to: MoveTo): readonly string[] => {
  const changes = new Map(moved(queue, id, to).map((place) => [place.id, place]));
  return queue
    .map((one) => changes.get(one.id) ?? one)
    .toSorted((a, b) => a.priority - b.priority || a.position - b.position)
    .map((one) => one.id);
};

suite("moving in a queue", () => {
  const cases: readonly (readonly [string, MoveTo, string])[] = [
    ["c", "up", "urgent a c b idle"],
    ["a", "down", "urgent b a c idle"],
    ["a", "up", "a urgent b c idle"],
    ["c", "top", "c urgent a b idle"],
    ["a", "bottom", "urgent b c idle a"],
    ["idle", "up", "urgent a b idle c"],
    ["urgent", "down", "a urgent b c idle"],
    ["urgent", "up", "urgent a b c idle"],
    ["idle", "bottom", "urgent a b c idle"],
    ["c", { before: "a" }, "urgent c a b idle"],
    ["a", { before: "idle" }, "urgent b c a idle"],
    ["a", { before: "b" }, "urgent a b c idle"],
    ["b", { before: null }, "urgent a c idle b"],
    ["b", { before: "gone" }, "urgent a b c idle"],
    ["b", { priority: -5 }, "b urgent a c idle"],
    ["b", { priority: 3 }, "urgent a c idle b"],
  ];
  for (const [id, to, expected] of cases)
    test(`${id} to ${JSON.stringify(to)} makes ${expected}`, () => {
      assert.equal(after(id, to).join(" "), expected);
    });

  test("what stays where it is is no change", () => {
    assert.deepEqual(moved(queue, "urgent", "top"), []);
    assert.deepEqual(moved(queue, "b", { priority: 0 }), []);
    assert.deepEqual(moved(queue, "nobody", "top"), []);
  });

  test("positions stay each one's own", () => {
    const changes = new Map(moved(queue, "idle", "top").map((place) => [place.id, place]));
    const positions = queue.map((one) => (changes.get(one.id) ?? one).position);
    assert.equal(new Set(positions).size, queue.length);
  });
});
