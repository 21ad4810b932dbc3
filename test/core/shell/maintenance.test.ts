import assert from "node:assert/strict";
import { fault } from "../../../src/core/util/faults.ts";
import { createAsk } from "../../../src/extension/ask.ts";
import { editEach, rolesAfter } from "../../../src/extension/maintenance/edit-each.ts";
import { readChanges } from "../../../src/extension/maintenance/read-changes.ts";
import { isOperation, planned, runOperation } from "../../../src/extension/maintenance/run-operation.ts";
import { type Answer, type Page, walkPages } from "../../../src/extension/maintenance/wizard.ts";
import { aPlan, aStep, totals } from "../../support/plan-samples.ts";

const never = new AbortController().signal;

/** A deck that answers by the script and remembers what it was asked. */
function scripted(answers: (verb: string, args: Record<string, unknown>) => unknown) {
  const asked: (readonly [string, Record<string, unknown>])[] = [];
  const ask = createAsk(async (verb, args) => {
    asked.push([verb, args as Record<string, unknown>]);
    return answers(verb, args as Record<string, unknown>);
  });
  return { ask, asked };
}

const applied = { historyId: "h1", totals: totals({ removed: 1, steps: 1 }) };
const byVerb = (verb: string): unknown => (verb === "maintenance.plan" ? aPlan() : applied);

suite("an operation asked with an argument object", () => {
  test("only plans, whatever it is confirmed with", async () => {
    const { ask, asked } = scripted(byVerb);
    assert.deepEqual(await runOperation(ask, "pruneDuplicates", { backend: "vllm", confirm: true }, never), aPlan());
    assert.deepEqual(asked, [["maintenance.plan", { operation: "pruneDuplicates", options: { backend: "vllm" } }]]);
  });

  test("applies with dryRun: false, and hands on whether it is confirmed", async () => {
    for (const confirm of [true, false, undefined]) {
      const { ask, asked } = scripted(byVerb);
      const given = confirm === undefined ? { dryRun: false } : { dryRun: false, confirm };
      assert.deepEqual(await runOperation(ask, "remove", given, never), applied);
      const args = confirm === true ? { planId: "p1", confirm: true } : { planId: "p1" };
      assert.deepEqual(asked[1], ["maintenance.apply", args]);
    }
  });

  test("refuses a dryRun that is neither true nor false, before anything is asked", async () => {
    const { ask, asked } = scripted(byVerb);
    await assert.rejects(runOperation(ask, "remove", { dryRun: "no" }, never), { code: "badArguments" });
    assert.equal(asked.length, 0);
  });

  test("knows the operations by name and nothing else", () => {
    assert.ok(isOperation("tidyFolders"));
    for (const name of ["verify", "plan", "toString", ""]) assert.equal(isOperation(name), false);
  });
});

suite("the changes of a plan", () => {
  const changes = Array.from({ length: 1207 }, (_, at) => aStep({ what: `m-${at}` }));
  const paged = (_verb: string, { cursor, limit }: Record<string, unknown>): unknown => {
    const from = Number(cursor ?? 0);
    const to = from + Number(limit);
    const rest = to < changes.length ? { cursor: String(to) } : {};
    return { changes: changes.slice(from, to), total: changes.length, ...rest };
  };
  const plan = aPlan({ totals: totals({ removed: 1207, steps: 30_000 }) });

  test("are read page after page, each once", async () => {
    const { ask, asked } = scripted(paged);
    const { lines, total, next } = await readChanges(ask, plan, never);
    assert.deepEqual(
      lines,
      changes.map(({ what }) => `- remove entry  ${what}`),
    );
    assert.deepEqual([total, next], [1207, undefined]);
    assert.deepEqual(
      asked.map(([, { cursor }]) => cursor),
      [undefined, "500", "1000"],
    );
  });

  test("are read no further than the bound, and the command that goes on is told", async () => {
    const { ask } = scripted(paged);
    const { lines, total, next } = await readChanges(ask, plan, never, 700);
    assert.deepEqual([lines.length, total], [700, 1207]);
    assert.equal(next, "modeldeck maintenance.changes --planId p1 --cursor 700 --limit 20000");
    assert.equal((await readChanges(ask, plan, never, 1207)).next, undefined);
  });

  test("of a plan without any are not asked for", async () => {
    const { ask, asked } = scripted(paged);
    assert.deepEqual(await readChanges(ask, aPlan({ totals: totals() }), never), { lines: [], total: 0 });
    assert.equal(asked.length, 0);
  });

  test("a dry run that answers with something done is no plan", () => {
    assert.equal(planned(aPlan()).planId, "p1");
    assert.throws(() => planned(applied), TypeError);
  });
});

suite("pages of options", () => {
  const walk = (script: readonly Answer[]) => {
    const seen: (readonly [string, Page])[] = [];
    const answers = [...script];
    return {
      seen,
      result: walkPages(["a", "b", "c"], async (question, page) => {
        seen.push([question, page]);
        return answers.shift();
      }),
    };
  };

  test("are asked in order, and their answers are put together", async () => {
    assert.deepEqual(await walk([{ a: 1 }, { b: 2 }, { c: 3 }]).result, { a: 1, b: 2, c: 3 });
  });

  test("can be gone back, and remember what was answered", async () => {
    const { seen, result } = walk([{ a: 1 }, { b: 2 }, "back", "back", { a: 9 }, { b: 2 }, { c: 3 }]);
    assert.deepEqual(await result, { a: 9, b: 2, c: 3 });
    assert.deepEqual(
      seen.map(([question, { before, step }]) => `${question}${step} ${JSON.stringify(before)}`),
      ["a1 {}", "b2 {}", "c3 {}", 'b2 {"b":2}', 'a1 {"a":1}', 'b2 {"b":2}', "c3 {}"],
    );
  });

  test("can be given up on any page", async () => {
    assert.equal(await walk([{ a: 1 }, undefined]).result, undefined);
  });
});

suite("a change to several entries", () => {
  const entries = ["one", "two", "three"].map((name) => ({ name, displayName: name.toUpperCase() }));

  test("goes on after one that is refused, and names it with the reason", async () => {
    const { ask, asked } = scripted((_verb, { name }) => {
      if (name === "two") throw fault({ code: "locked", what: "two" });
      return { files: [] };
    });
    const outcome = await editEach(ask, entries, () => ({ deprecated: true }), never);
    assert.deepEqual(outcome.changed, ["ONE", "THREE"]);
    assert.equal(outcome.failed[0]?.name, "TWO");
    assert.match(outcome.failed[0]?.reason ?? "", /two/);
    assert.deepEqual(asked[2], ["models.edit", { name: "three", patch: { deprecated: true } }]);
  });

  test("ends when the window closes, and calls that no failure", async () => {
    const end = new AbortController();
    const { ask, asked } = scripted(() => {
      end.abort();
      throw end.signal.reason;
    });
    await assert.rejects(
      editEach(ask, entries, () => ({ locked: true }), end.signal),
      { name: "AbortError" },
    );
    assert.equal(asked.length, 1);
  });

  test("a role that some of them have stays with those where nobody decided", () => {
    const held = [
      { name: "one", roles: ["chat", "code"] },
      { name: "two", roles: ["chat"] },
    ];
    const all = ["chat", "code", "ocr"];
    assert.deepEqual(rolesAfter(held, all, new Set(["ocr"]), "one"), ["code", "ocr"]);
    assert.deepEqual(rolesAfter(held, all, new Set(["ocr"]), "two"), ["ocr"]);
    assert.deepEqual(rolesAfter(held, all, new Set(["chat", "code"]), "two"), ["chat", "code"]);
  });
});
