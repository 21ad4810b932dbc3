import assert from "node:assert/strict";
import type { Download } from "../../../src/core/protocol/downloads.ts";
import { createEmitter } from "../../../src/core/util/events.ts";
import { type Arriving, createArriving } from "../../../src/extension/library/arriving.ts";
import { aDownload } from "../../support/samples.ts";

/** A queue that says what it holds, and the rows drawn from it. */
function aQueue() {
  const changed = createEmitter<void>();
  const queue: { value: { downloads: readonly Download[] } } = { value: { downloads: [] } };
  let drawn: PromiseWithResolvers<readonly string[] | undefined> = Promise.withResolvers();
  const arriving: Arriving = createArriving(
    {
      get value() {
        return queue.value;
      },
      onChange: changed.event,
    },
    (nodes) => {
      const last = drawn;
      drawn = Promise.withResolvers();
      last.resolve(nodes?.map((node) => (node.kind === "arriving" ? "group" : node.id)));
    },
  );
  return {
    arriving,
    /** Resolves with what is drawn next; undefined: all of the tree. */
    become: (downloads: readonly Download[]) => {
      queue.value = { downloads };
      const next = drawn.promise;
      changed.fire();
      return next;
    },
  };
}

suite("models on their way, among the models", () => {
  let queue: ReturnType<typeof aQueue>;
  setup(() => {
    queue = aQueue();
  });
  teardown(() => queue.arriving.dispose());

  test("the group comes with the first and goes with the last; between, only rows that changed are drawn", async () => {
    const { arriving, become } = queue;
    const [a, b] = [aDownload({ id: "a" }), aDownload({ id: "b" })];
    assert.deepEqual(arriving.nodes(), []);
    assert.equal(await become([a]), undefined);
    assert.equal(arriving.nodes().length, 1);
    assert.deepEqual(await become([a, b]), ["group"]);
    const nodes = arriving.children();
    assert.deepEqual(await become([a, { ...b, bytesDone: 500 }]), ["b"]);
    assert.deepEqual(
      arriving.children().map((node, at) => node === nodes[at]),
      [true, true],
    );
    assert.deepEqual(await become([{ ...a, state: "done" }, b]), ["group"]);
    assert.equal(await become([{ ...a, state: "done" }]), undefined);
    assert.deepEqual(arriving.nodes(), []);
  });
});
