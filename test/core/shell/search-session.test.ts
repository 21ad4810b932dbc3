import assert from "node:assert/strict";
import type { HubHit, HubHits, HubQuery } from "../../../src/core/protocol/hub.ts";
import { type SearchState, createSearchSession } from "../../../src/extension/hub-search/search-session.ts";

const hit = (reference: string): HubHit => ({
  provider: "huggingface",
  reference,
  title: reference,
  formats: [],
  gated: false,
});

suite("searching while a person types", () => {
  let asked: {
    readonly query: Partial<HubQuery>;
    readonly signal: AbortSignal;
    readonly answer: PromiseWithResolvers<HubHits>;
  }[] = [];
  let shown: SearchState[] = [];
  let pauses: (() => void)[] = [];
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const open = () => {
    asked = [];
    shown = [];
    pauses = [];
    return createSearchSession({
      provider: "huggingface",
      ask: (query, signal) => {
        const answer = Promise.withResolvers<HubHits>();
        asked.push({ query, signal, answer });
        return answer.promise;
      },
      pause: (signal) =>
        new Promise((resolve, reject) => {
          pauses.push(resolve);
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
      show: (state) => shown.push(state),
    });
  };

  test("letters in a row are one question", async () => {
    const session = open();
    for (const text of ["l", "ll", " lla "]) session.search(text);
    pauses.at(-1)?.();
    await turn();
    assert.deepEqual(
      asked.map(({ query }) => query),
      [{ provider: "huggingface", text: "lla" }],
    );
    assert.deepEqual(shown, [{ kind: "searching" }]);
  });

  test("the last question wins, whenever the answers come", async () => {
    const session = open();
    session.search("a");
    pauses.at(-1)?.();
    await turn();
    session.search("b");
    assert.equal(asked[0]?.signal.aborted, true);
    pauses.at(-1)?.();
    await turn();
    asked[0].answer.resolve({ hits: [hit("old")] });
    asked[1]?.answer.resolve({ hits: [hit("new")], note: "n" });
    await turn();
    assert.deepEqual(shown.at(-1), { kind: "found", hits: [hit("new")], more: false, note: "n" });
    assert.ok(!JSON.stringify(shown).includes("old"));
  });

  test("more goes on after what is shown; without a cursor there is no more", async () => {
    const session = open();
    session.search("a");
    pauses.at(-1)?.();
    await turn();
    asked[0]?.answer.resolve({ hits: [hit("1")], cursor: "c" });
    await turn();
    session.more();
    await turn();
    assert.deepEqual(asked[1]?.query, { provider: "huggingface", text: "a", cursor: "c" });
    asked[1].answer.resolve({ hits: [hit("2")] });
    await turn();
    assert.deepEqual(shown.at(-1), { kind: "found", hits: [hit("1"), hit("2")], more: false });
    session.more();
    await turn();
    assert.equal(asked.length, 2);
  });

  test("what goes wrong is shown, and the next letter tries again; who left hears nothing", async () => {
    const session = open();
    session.search("a");
    pauses.at(-1)?.();
    await turn();
    const error = new Error("no");
    asked[0]?.answer.reject(error);
    await turn();
    assert.deepEqual(shown.at(-1), { kind: "failed", error });
    session.search("b");
    pauses.at(-1)?.();
    await turn();
    const before = shown.length;
    session.dispose();
    asked[1]?.answer.reject(new Error("aborted"));
    await turn();
    assert.equal(shown.length, before);
  });
});
