import assert from "node:assert/strict";
import type { EntryDetails } from "../../../src/core/protocol/models.ts";
import { fault, isFault } from "../../../src/core/util/faults.ts";
import { createAsk } from "../../../src/extension/ask.ts";
import { openSession } from "../../../src/extension/library/entry-session.ts";
import { anEntryWithDetails } from "../../support/samples.ts";

const never = new AbortController().signal;
const words = { saved: "Saved.", nothingToSave: "Nothing.", stale: "Changed elsewhere.", unfit: "Unfit." };

/** A registry of one entry, which keeps edits and refuses those made from another basis. */
function registry() {
  let entry = anEntryWithDetails({ basis: "1", notes: "old" });
  let refusal: Error | undefined;
  let there = true;
  const edits: unknown[] = [];
  const change = (parts: Partial<EntryDetails>): void => {
    entry = { ...entry, ...parts, basis: String(Number(entry.basis) + 1) };
  };
  const ask = createAsk(async (verb, args) => {
    if (!there) throw fault({ code: "notFound", what: "entry", name: entry.name, near: [] });
    if (verb === "models.show") return entry;
    assert.equal(verb, "models.edit");
    const { basis, patch } = args as { basis: string; patch: Partial<EntryDetails> };
    if (refusal) throw refusal;
    if (basis !== entry.basis) throw fault({ code: "stale", what: entry.name });
    edits.push(patch);
    change(patch);
    return entry;
  });
  return {
    ask,
    edits,
    change,
    refuse: (error: Error | undefined) => (refusal = error),
    place: (now: boolean) => (there = now),
    entry: () => entry,
  };
}

async function opened() {
  const deck = registry();
  let drawn = 0;
  const session = await openSession(
    { ask: deck.ask, roles: () => ["chat"], words, onChange: () => void drawn++, signal: never },
    "tiny",
  );
  const { draft } = session.form;
  return { deck, session, draft, drawn: () => drawn };
}

suite("an entry that is edited", () => {
  test("is saved with what was changed and the basis it was read from, and drawn as it is then", async () => {
    const { deck, session, draft } = await opened();
    const { edition } = session.form;
    session.keep({ ...draft, notes: "new" });
    assert.ok(session.changed);
    assert.equal(session.form.edition, edition);
    await session.save({ ...draft, notes: "new" });
    assert.deepEqual(deck.edits, [{ notes: "new" }]);
    assert.equal(session.changed, false);
    assert.deepEqual(session.form.status, { kind: "done", text: "Saved." });
    await session.save({ ...session.form.draft, notes: "newer" });
    assert.equal(deck.edits.length, 2);
  });

  test("is refused where it was changed elsewhere; nothing typed is lost, and Reload brings both together", async () => {
    const { deck, session, draft } = await opened();
    deck.change({ displayName: "Theirs" });
    await session.save({ ...draft, notes: "mine" });
    assert.deepEqual([session.form.status.kind, session.form.draft.notes], ["stale", "mine"]);
    assert.equal(deck.edits.length, 0);
    await session.obey("reload");
    assert.deepEqual([session.form.draft.notes, session.form.draft.displayName], ["mine", "Theirs"]);
    await session.save(session.form.draft);
    assert.deepEqual(deck.edits, [{ notes: "mine" }]);
    assert.deepEqual([deck.entry().notes, deck.entry().displayName], ["mine", "Theirs"]);
  });

  test("follows changes from elsewhere while nothing is typed, and says so once something is", async () => {
    const { deck, session, draft } = await opened();
    deck.change({ notes: "theirs" });
    await session.follow();
    assert.deepEqual([session.form.draft.notes, session.form.status.kind], ["theirs", "none"]);
    session.keep({ ...draft, notes: "mine" });
    deck.change({ notes: "theirs again" });
    await session.follow();
    assert.deepEqual([session.form.draft.notes, session.form.status.kind], ["mine", "stale"]);
    session.keep({ ...draft, notes: "mine!" });
    assert.equal(session.form.status.kind, "stale");
    await session.obey("reset");
    assert.deepEqual([session.form.draft.notes, session.changed], ["theirs again", false]);
  });

  test("is not sent with problems, or without a change", async () => {
    const { deck, session, draft } = await opened();
    await session.save({ ...draft, port: "x" });
    assert.equal(session.form.status.text, "Unfit.");
    assert.deepEqual(
      session.form.problems.map(({ field }) => field),
      ["port"],
    );
    await session.save(draft);
    assert.equal(session.form.status.text, "Nothing.");
    assert.deepEqual(deck.edits, []);
  });

  test("says why the registry refuses it, and keeps what was typed", async () => {
    const { deck, session, draft } = await opened();
    deck.refuse(fault({ code: "locked", what: "Tiny", byPerson: true }));
    await session.save({ ...draft, notes: "mine" });
    assert.equal(session.form.status.kind, "failed");
    assert.match(session.form.status.text, /Tiny/);
    assert.deepEqual([session.form.draft.notes, session.form.saving], ["mine", false]);
    deck.refuse(undefined);
    await session.save(session.form.draft);
    assert.equal(session.form.status.kind, "done");
  });

  test("takes what its curated layer says into the form, to be saved or reset", async () => {
    const { deck, session } = await opened();
    deck.change({ curated: { notes: "curated" } });
    await session.follow();
    await session.obey("takeCurated");
    assert.deepEqual([session.form.draft.notes, session.changed, deck.edits.length], ["curated", true, 0]);
  });

  test("goes for a moment, as by an undo, and finds what was typed when it is back", async () => {
    const { deck, session, draft, drawn } = await opened();
    session.keep({ ...draft, notes: "mine" });
    for (const [there, gone] of [
      [false, true],
      [true, false],
    ] as const) {
      deck.place(there);
      const before = drawn();
      await session.follow();
      assert.equal(session.gone, gone);
      assert.ok(drawn() > before);
    }
    assert.deepEqual([session.form.draft.notes, session.form.status.kind], ["mine", "none"]);
    deck.place(false);
    await session.follow();
    deck.change({ displayName: "Another" });
    deck.place(true);
    await session.follow();
    assert.deepEqual([session.gone, session.form.draft.notes, session.form.status.kind], [false, "mine", "stale"]);
    await session.obey("reload");
    assert.deepEqual([session.form.draft.notes, session.form.draft.displayName], ["mine", "Another"]);
  });

  test("is saved while it is gone with a word of that, and nothing typed is lost", async () => {
    const { deck, session, draft } = await opened();
    deck.place(false);
    await session.save({ ...draft, notes: "mine" });
    assert.deepEqual([session.form.status.kind, session.form.draft.notes], ["failed", "mine"]);
  });

  test("is not opened where it is not there", async () => {
    const ask = createAsk(async () => {
      throw fault({ code: "notFound", what: "entry", name: "gone", near: [] });
    });
    const deps = { ask, roles: () => [], words, onChange: () => undefined, signal: never };
    await assert.rejects(openSession(deps, "gone"), (error) => isFault(error, "notFound"));
  });
});
