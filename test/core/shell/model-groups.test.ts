import assert from "node:assert/strict";
import { createAsk } from "../../../src/extension/ask.ts";
import { everyEntry } from "../../../src/extension/every-entry.ts";
import { PAGE, readGroups, readModels } from "../../../src/extension/library/model-groups.ts";
import { createLastSeen } from "../../../src/extension/library/last-seen.ts";
import { createViewState } from "../../../src/extension/library/view-state.ts";
import { anEntry } from "../../support/samples.ts";

const never = new AbortController().signal;

/** A deck of so many entries and groups, in pages, that remembers what it was asked. */
function paged(names: readonly string[]) {
  const asked: Record<string, unknown>[] = [];
  const ask = createAsk(async (verb, args) => {
    const { cursor, limit, ...rest } = args as { cursor?: string; limit: number };
    asked.push({ verb, ...rest });
    const from = Number(cursor ?? 0);
    const page = names.slice(from, from + limit);
    const next = from + limit < names.length ? { cursor: String(from + limit) } : {};
    return verb === "models.list"
      ? { entries: page.map((name) => anEntry({ name })), total: names.length, ...next }
      : {
          groups: page.map((name) => ({ name, count: 1, bytes: 1 })),
          total: names.length,
          entries: names.length,
          ...next,
        };
  });
  return { ask, asked };
}

const many = Array.from({ length: 2 * PAGE + 50 }, (_, at) => `m${at}`);

suite("the tree of the models", () => {
  test("a box of choices has every model, however many pages they are", async () => {
    const names = Array.from({ length: 2345 }, (_, at) => `m${at}`);
    const found = await everyEntry(paged(names).ask, {}, never);
    assert.deepEqual(
      found.map(({ name }) => name),
      names,
    );
  });

  test("reads the page that is shown, and the next when it is wished", async () => {
    const { ask, asked } = paged(many);
    const first = await readModels(ask, "family", "tiny", { text: "q" }, 1, never);
    assert.deepEqual([first.rows.length, first.left], [PAGE, PAGE + 50]);
    assert.deepEqual(asked, [{ verb: "models.list", text: "q", family: "tiny" }]);
    const all = await readModels(ask, "family", "tiny", {}, 3, never);
    assert.deepEqual([all.rows.length, all.left], [many.length, 0]);
  });

  test("asks for no more groups than are shown, either", async () => {
    const { ask, asked } = paged(many);
    const groups = await readGroups(ask, "family", {}, 1, never);
    assert.deepEqual([groups.rows.length, groups.left, asked.length], [PAGE, PAGE + 50, 1]);
  });

  test("has back ends in their own order, and all others as the deck gives them", async () => {
    const names = ["vllm", "ollama", "unassigned", "llama.cpp"];
    const { ask } = paged(names);
    const order = async (by: "backend" | "family"): Promise<readonly string[]> =>
      (await readGroups(ask, by, {}, 1, never)).rows.map(({ name }) => name);
    assert.deepEqual(await order("backend"), ["llama.cpp", "ollama", "vllm", "unassigned"]);
    assert.deepEqual(await order("family"), names);
  });

  test("shows only the group the filter names, though its models stand in others, too", async () => {
    const { ask } = paged(["chat", "code"]);
    const { rows } = await readGroups(ask, "role", { role: "Chat" }, 1, never);
    assert.deepEqual(
      rows.map(({ name }) => name),
      ["chat"],
    );
  });
});

suite("how the view is looked at", () => {
  function memory(kept?: unknown) {
    const store = new Map<string, unknown>([["modelDeck.models.view", kept]]);
    return {
      get: (key: string) => store.get(key) as never,
      update: async (key: string, value: unknown) => void store.set(key, JSON.parse(JSON.stringify(value))),
    };
  }

  test("is kept, and told to whoever looks", () => {
    const kept = memory();
    const look = createViewState(kept);
    let told = 0;
    look.onChange(() => void told++);
    assert.deepEqual([look.filter, look.groupBy], [{}, "backend"]);
    look.setFilter({ text: "qwen", role: "" });
    look.setGroupBy("role");
    assert.equal(told, 2);
    const next = createViewState(kept);
    assert.deepEqual([next.filter, next.groupBy], [{ text: "qwen", role: "" }, "role"]);
  });

  test("begins anew where what was kept is of another kind", () => {
    for (const kept of [null, 5, "x", { filter: { text: 7 }, groupBy: "colour" }, { filter: [], groupBy: {} }]) {
      const look = createViewState(memory(kept));
      assert.deepEqual([look.filter, look.groupBy], [{}, "backend"], JSON.stringify(kept));
    }
  });
});

suite("the groups that were drawn last", () => {
  const of = { storage: "/data", by: "backend", filter: { text: "qwen", role: "chat" } } as const;
  const rows = [
    { name: "vllm", count: 2, bytes: 9 },
    { name: "", count: 1, bytes: 0 },
  ];
  function memory(kept?: unknown) {
    const store = new Map<string, unknown>([["modelDeck.models.seen", kept]]);
    let writes = 0;
    return {
      get: (key: string) => store.get(key) as never,
      update: async (key: string, value: unknown) => {
        writes += 1;
        store.set(key, JSON.parse(JSON.stringify(value)));
      },
      writes: () => writes,
    };
  }

  test("are there for the next window that looks at the same, and are not written again as they are", () => {
    const kept = memory();
    createLastSeen(kept).keep(of, { rows, left: 0 });
    createLastSeen(kept).keep(of, { rows, left: 0 });
    assert.equal(kept.writes(), 1);
    const next = createLastSeen(kept);
    assert.deepEqual(next.groups({ ...of, filter: { role: "chat", text: "qwen" } }), { rows, left: 0 });
    assert.equal(next.groups({ ...of, storage: "/other" }), undefined);
    assert.equal(next.groups({ ...of, by: "role" }), undefined);
    assert.equal(next.groups({ ...of, filter: {} }), undefined);
  });

  test("are as many as one looks at first, and how many more there are", () => {
    const kept = memory();
    const many = Array.from({ length: 450 }, (_, index) => ({ name: `f${index}`, count: 1, bytes: 1 }));
    createLastSeen(kept).keep(of, { rows: many, left: 10 });
    const seen = createLastSeen(kept).groups(of);
    assert.deepEqual([seen?.rows.length, seen?.left], [200, 260]);
  });

  test("are none where what was kept is of another kind", () => {
    const right = memory();
    createLastSeen(right).keep(of, { rows, left: 0 });
    const good: object = right.get("modelDeck.models.seen");
    assert.ok(createLastSeen(memory(good)).groups(of));
    for (const kept of [undefined, null, 5, "x", {}, { ...good, rows: [{ name: 1 }] }, { ...good, left: "1" }])
      assert.equal(createLastSeen(memory(kept)).groups(of), undefined, JSON.stringify(kept));
  });
});
