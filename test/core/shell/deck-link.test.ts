import assert from "node:assert/strict";
import type { Deck } from "../../../src/core/core.ts";
import type { ServingStatus } from "../../../src/core/protocol/serving.ts";
import type { DeckEvent } from "../../../src/core/protocol/snapshot.ts";
import { createEmitter } from "../../../src/core/util/events.ts";
import { fault } from "../../../src/core/util/faults.ts";
import { createAsk } from "../../../src/extension/ask.ts";
import { type DeckLink, createDeckLink } from "../../../src/extension/deck-link.ts";
import { createReading } from "../../../src/extension/reading.ts";

/** A deck that answers with the verb's name and remembers whether it was closed. */
function plainDeck(answer: (verb: string) => unknown = (verb) => ({ verb })) {
  const events = createEmitter<DeckEvent>();
  const deck: Deck = {
    run: async (verb) => answer(verb),
    snapshot: () => Promise.reject(new Error("not asked here")),
    onEvent: events.event,
    close: async () => {
      closed.count += 1;
    },
  };
  const closed = { count: 0 };
  return { deck, fire: (event: DeckEvent) => events.fire(event), closed };
}

const never = new AbortController().signal;
const until = (link: DeckLink, kind: DeckLink["state"]["kind"]): Promise<void> =>
  new Promise((resolve) => {
    if (link.state.kind === kind) return resolve();
    const subscription = link.onState(() => {
      if (link.state.kind !== kind) return;
      subscription.dispose();
      resolve();
    });
  });

suite("the shell's link to the deck", () => {
  test("opens once, on first need, for all who ask", async () => {
    let opened = 0;
    const { deck } = plainDeck();
    const link = createDeckLink(async () => (opened++, deck), 1);
    assert.equal(link.state.kind, "opening");
    const answers = await Promise.all([link.run("a.b", {}, never), link.run("c.d", {}, never), link.open()]);
    assert.deepEqual(answers.slice(0, 2), [{ verb: "a.b" }, { verb: "c.d" }]);
    assert.equal(opened, 1);
    await link.close();
  });

  test("an owner of a version that cannot be followed is asked again by itself, and it stays called locked meanwhile", async () => {
    let tries = 0;
    const { deck } = plainDeck();
    const seen: string[] = [];
    const link = createDeckLink(async () => {
      tries += 1;
      if (tries < 3) throw fault({ code: "versionSkew", ours: "1", theirs: "2", owner: 7 });
      return deck;
    }, 1);
    link.onState(() => seen.push(link.state.kind));
    await assert.rejects(link.open(), { code: "versionSkew" });
    await until(link, "open");
    assert.deepEqual(seen, ["opening", "locked", "locked", "open"]);
    await link.close();
  });

  test("what fails is tried again only when asked", async () => {
    let broken = true;
    const { deck } = plainDeck();
    const link = createDeckLink(async () => {
      if (broken) throw new Error("no");
      return deck;
    }, 1);
    await assert.rejects(link.open(), /no/);
    assert.equal(link.state.kind, "failed");
    broken = false;
    await link.reopen();
    assert.equal(link.state.kind, "open");
    await link.close();
  });

  test("opening anew closes the old deck first, and its events go on under the same subscription", async () => {
    const decks = [plainDeck(), plainDeck()];
    let at = 0;
    const order: string[] = [];
    const link = createDeckLink(async () => {
      const one = decks[at++];
      if (!one) throw new Error("no more");
      order.push(`open ${at}, closed ${decks[0]?.closed.count}`);
      return one.deck;
    }, 1);
    const heard: string[] = [];
    link.onEvent(({ kind }) => heard.push(kind));
    await link.open();
    decks[0]?.fire({ kind: "models", names: [] });
    await link.reopen();
    decks[1]?.fire({ kind: "serving" });
    assert.deepEqual(order, ["open 1, closed 0", "open 2, closed 1"]);
    assert.deepEqual(heard, ["models", "serving"]);
    await link.close();
  });

  test("closed while it opens, the deck that comes is closed too, and nothing opens after", async () => {
    const { deck, closed } = plainDeck();
    const gate = Promise.withResolvers<Deck>();
    const link = createDeckLink(() => gate.promise, 1);
    const opening = link.open();
    const closing = link.close();
    gate.resolve(deck);
    await Promise.all([opening, closing]);
    assert.equal(closed.count, 1);
    await assert.rejects(link.open(), /closed/);
  });

  test("an answer that is no answer of the verb is not handed on", async () => {
    const { deck } = plainDeck(() => ({ nonsense: true }));
    const link = createDeckLink(async () => deck, 1);
    await assert.rejects(createAsk(link.run)("models.stats", {}, never), TypeError);
    await link.close();
  });
});

suite("a reading", () => {
  test("is read at opening and once more for any number of events, and is empty while nothing is open", async () => {
    let reads = 0;
    const { deck, fire } = plainDeck(() => ({ servers: [], switching: { to: `p${++reads}`, group: "default" } }));
    const link = createDeckLink(async () => deck, 1);
    const ask = createAsk(link.run);
    const empty: ServingStatus = { servers: [] };
    const reading = createReading(
      { link, ask, onError: (error) => assert.fail(String(error)) },
      "serving.status",
      ["serving"],
      empty,
    );
    const changed = (): Promise<void> =>
      new Promise((resolve) => {
        const subscription = reading.onChange(() => {
          subscription.dispose();
          resolve();
        });
      });
    assert.equal(reading.value, empty);
    const first = changed();
    await link.open();
    await first;
    assert.equal(reading.value.switching?.to, "p1");
    const second = changed();
    fire({ kind: "models", names: [] });
    fire({ kind: "serving" });
    await second;
    assert.equal(reading.value.switching?.to, "p2");
    reading.dispose();
    await link.close();
  });

  test("a deck that broke is opened again by itself, unless it broke at once", async () => {
    const broken = [Promise.withResolvers<Error>(), Promise.withResolvers<Error>()];
    let opened = 0;
    const open = async () => ({
      ...plainDeck().deck,
      broken: broken[opened++]?.promise ?? new Promise<Error>(() => {}),
    });
    const link = createDeckLink(open, 1, 0);
    await link.open();
    broken[0]?.resolve(new Error("out of memory"));
    await until(link, "failed");
    await until(link, "open");
    assert.equal(opened, 2);
    await link.close();

    opened = 0;
    const flimsy = createDeckLink(open, 1, 1e9);
    await flimsy.open();
    await until(flimsy, "failed");
    assert.equal(flimsy.state.kind === "failed" && String(flimsy.state.error), "Error: out of memory");
    assert.equal(opened, 1);
    // Who asks has it opened again.
    await flimsy.run("a.b", {}, never);
    assert.equal(opened, 2);
    await flimsy.close();
  });
});
