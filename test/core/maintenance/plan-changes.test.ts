import assert from "node:assert/strict";
import { changesOf, planChange } from "../../../src/core/maintenance/plan-changes.ts";
import type { Step } from "../../../src/core/maintenance/plan.ts";
import { finished } from "../../../src/core/maintenance/slices.ts";
import type { Row } from "../../../src/core/ports/database.ts";
import { planDocument } from "../../../src/core/present/plan-document.ts";
import type { PlanChange } from "../../../src/core/protocol/maintenance.ts";
import { createAsk } from "../../../src/extension/ask.ts";
import { readChanges } from "../../../src/extension/maintenance/read-changes.ts";
import { never, openWorkshop } from "./workshop.ts";

const row = (table: string, key: string, before: Row | null, after: Row | null): Step => ({
  kind: "row",
  table,
  key,
  before,
  after,
});
const entry = (name: string, before: Row | null, after: Row | null): Step =>
  row("entries", `discovered:${name}`, before, after);
const fact = (name: string, source: string, value: unknown, owner = "a"): Row => ({
  entry: owner,
  name,
  source,
  value_json: JSON.stringify(value),
});
const added = (of: Row): Step =>
  row("characteristics", `${String(of["entry"])}|${String(of["name"])}|${String(of["source"])}`, null, of);
const read = (steps: readonly Step[]): readonly PlanChange[] => finished(changesOf(steps)).map(planChange);

suite("the changes of a plan as a person counts them", () => {
  test("an entry that comes is one, wherever its files and facts stand; of each fact the first source counts", () => {
    const changes = read([
      added(fact("parameters", "name", 7e9)),
      row("files", "/m/a.gguf", null, { entry: "a", path: "/m/a.gguf", size_bytes: 4e9 }),
      entry("a", null, { name: "a" }),
      row("files", "/m/a-2.gguf", null, { entry: "a", path: "/m/a-2.gguf", size_bytes: 1e9 }),
      added(fact("parameters", "gguf", 8e9)),
      added(fact("chatTemplate", "gguf", "x".repeat(9000))),
      added(fact("vision", "gguf", false)),
      row("shapes", "a", null, { entry: "a", body_json: '{"layers":32}' }),
      { kind: "makeFolder", path: "/m/b" },
    ]);
    assert.deepEqual(changes, [
      {
        deed: "addEntry",
        what: "a",
        after: { layer: "discovered" },
        final: false,
        bytes: 5e9,
        facts: [{ name: "parameters", value: 8e9, source: "gguf" }],
      },
      { deed: "makeFolder", what: "/m/b", final: false },
    ]);
  });

  test("what belongs to an entry that goes is told as it was", () => {
    const [gone, ...others] = read([
      entry("a", { name: "a" }, null),
      row("files", "/m/a.gguf", { entry: "a", path: "/m/a.gguf", size_bytes: 4e9 }, null),
      row("characteristics", "a|tools|gguf", fact("tools", "gguf", true), null),
    ]);
    assert.deepEqual([gone?.deed, gone?.bytes, others], ["removeEntry", 4e9, []]);
    assert.deepEqual(gone?.facts, [{ name: "tools", value: true, source: "gguf" }]);
  });

  test("of an entry that stays its own fields are one, its parts another; six are told, the rest counted", () => {
    const parts = Array.from({ length: 8 }, (_, at) => added(fact(`c${at}`, "gguf", at)));
    const [own, beside, shape] = read([
      entry("a", { notes: "x" }, { notes: "y".repeat(500) }),
      ...parts,
      row("shapes", "a", null, { entry: "a", body_json: "{}" }),
      row("shapes", "b", null, { entry: "b", body_json: "{}" }),
    ]);
    assert.deepEqual(own?.before, { notes: "x" });
    assert.deepEqual(own?.after, { notes: "y".repeat(200) });
    assert.deepEqual(Object.values(beside?.after ?? {}), [0, 1, 2, 3, 4, 5]);
    assert.equal(beside?.more, 2);
    assert.deepEqual(shape, { deed: "changeEntry", what: "b", before: {}, after: {}, final: false });
  });

  test("ten thousand entries with two dozen facts each are ten thousand, in less than four megabytes", () => {
    const steps = Array.from({ length: 10_000 }, (_, at) => `model-${at}`).flatMap((name) => [
      entry(name, null, { name }),
      row("files", `/m/${name}.gguf`, null, { entry: name, path: `/m/${name}.gguf`, size_bytes: 4e9 }),
      ...["parameters", "context", "tools", "licence"].map((one) => added(fact(one, "gguf", 4096, name))),
      ...Array.from({ length: 19 }, (_, of) => added(fact(`c${of}`, "gguf", "some words", name))),
    ]);
    const changes = read(steps);
    assert.equal(changes.length, 10_000);
    assert.ok(JSON.stringify(changes).length < 4e6);
  });
});

test("a preview of two thousand new entries names each of them", async () => {
  const shop = await openWorkshop();
  try {
    const names = Array.from({ length: 2000 }, (_, at) => `new-${at}`);
    const plan = await shop.maintenance.plan("remove", { add: names }, never);
    const ask = createAsk(async (_verb, args) => {
      const { planId, cursor, limit } = args as { planId: string; cursor?: string; limit: number };
      return shop.maintenance.changes(planId, cursor, limit);
    });
    const lines = planDocument("x", plan, await readChanges(ask, plan, never)).split("\n");
    assert.deepEqual(
      lines.filter((line) => line.startsWith("+ ")),
      names.map((name) => `+ add entry  ${name}  (discovered)`),
    );
    await assert.rejects(shop.maintenance.changes(plan.planId, "x", 5), { code: "badArguments" });
    await assert.rejects(shop.maintenance.changes("none", undefined, 5), { code: "notFound" });
  } finally {
    await shop.remove();
  }
});
