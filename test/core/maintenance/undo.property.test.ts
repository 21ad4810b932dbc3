import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import path from "node:path";
import * as fc from "fast-check";
import type { Row } from "../../../src/core/ports/database.ts";
import type { PlanStep } from "../../../src/core/protocol/maintenance.ts";
import { type Workshop, never, openWorkshop, redoIt, undoIt } from "./workshop.ts";

/** An entry with what is done to it, and how its files lie. */
const thing = fc.record({
  name: fc.stringMatching(/^[a-z][a-z0-9 '%|:é-]{0,8}[a-z0-9]$/),
  fate: fc.constantFrom("stay", "purge", "deprecate", "trash", "purge and trash", "share"),
  how: fc.constantFrom("hard", "symbolic"),
  shape: fc.constantFrom("file", "link", "deep"),
  folder: fc.boolean(),
});
const world = fc.record({
  things: fc.uniqueArray(thing, { selector: ({ name }) => name, maxLength: 6 }),
  added: fc.uniqueArray(fc.stringMatching(/^new-[a-z]{1,4}$/), { maxLength: 3 }),
  empty: fc.uniqueArray(fc.stringMatching(/^empty-[a-z]{1,4}$/), { maxLength: 3 }),
});

suite("maintenance over random registries and trees", () => {
  let shop: Workshop;
  let round = 0;
  suiteSetup(async () => {
    shop = await openWorkshop();
  });
  suiteTeardown(() => shop.remove());

  const state = async () => ({ rows: await shop.rows(), tree: await shop.tree() });

  test("a plan changes nothing, apply does just what it lists, undo brings all back, redo does it again", async function () {
    this.timeout(180_000);
    await fc.assert(
      fc.asyncProperty(world, async ({ things, added, empty }) => {
        round += 1;
        const own = `r${round}`;
        const nameOf = (name: string): string => `${own}-${name}`;
        for (const { name, shape } of things) {
          await shop.entries(nameOf(name));
          if (shape === "deep") await shop.file(`owner/${nameOf(name)}/a/b/c.json`);
          const at = path.join(shop.models, "owner", nameOf(name));
          if (shape === "link") await symlink(`${nameOf(name)}.gguf`, path.join(at, "link.gguf"));
        }
        const original = await shop.file(`${own}/original.gguf`, "the bytes that are shared");
        for (const name of empty) await mkdir(path.join(shop.models, own, name), { recursive: true });
        const fated = (...words: readonly string[]) =>
          things.filter(({ fate }) => words.some((word) => fate.includes(word)));
        const options = {
          purge: fated("purge").map(({ name }) => nameOf(name)),
          deprecate: fated("deprecate").map(({ name }) => nameOf(name)),
          add: added.map(nameOf),
          link: fated("share").map(({ name, how }) => ({
            path: `owner/${nameOf(name)}/${nameOf(name)}.gguf`,
            target: path.relative(shop.models, original),
            how,
          })),
          trash: fated("trash", "share").flatMap(({ name, fate, shape, folder }) => {
            const at = `owner/${nameOf(name)}`;
            if (fate === "share") return [`${at}/${nameOf(name)}.gguf`];
            if (folder) return [at];
            return [`${at}/${nameOf(name)}.gguf`, ...(shape === "link" ? [] : shape === "deep" ? [`${at}/a`] : [])];
          }),
          removeFolders: empty.map((name) => `${own}/${name}`),
          backup: false,
        };

        const [before, everything] = [await state(), await shop.everything()];
        const plan = await shop.maintenance.plan("remove", options, never);
        assert.deepEqual(await state(), before);
        assert.deepEqual(await shop.everything(), everything);
        const steps = allSteps(shop, plan.planId);
        assert.equal(steps.length, plan.totals.steps);

        const { historyId } = await shop.maintenance.apply(plan.planId, true, never);
        const after = await state();
        assertJust(shop, steps, before, after);

        await undoIt(shop.maintenance, historyId);
        assert.deepEqual(await state(), before);
        await redoIt(shop.maintenance, historyId);
        const again = await state();
        assert.deepEqual(again.rows, after.rows);
        assert.deepEqual(outside(again.tree), outside(after.tree));
        await undoIt(shop.maintenance, historyId);
        assert.deepEqual(await state(), before);
        assert.deepEqual(await shop.maintenance.trash(), []);
      }),
      { numRuns: 30 },
    );
  });
});

function allSteps(shop: Workshop, planId: string): readonly PlanStep[] {
  const steps: PlanStep[] = [];
  for (let cursor: string | undefined = "0"; cursor !== undefined;) {
    const page = shop.maintenance.steps(planId, cursor);
    steps.push(...page.steps);
    cursor = page.cursor;
  }
  return steps;
}

type State = {
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  readonly tree: Readonly<Record<string, string>>;
};

const outside = (tree: State["tree"]): State["tree"] =>
  Object.fromEntries(Object.entries(tree).filter(([name]) => !name.startsWith(".modeldeck-trash")));

/** Every difference is a line of the plan, and every line made a difference. */
function assertJust(shop: Workshop, steps: readonly PlanStep[], before: State, after: State): void {
  const entryOf = (row: Row): string => String(row["entry"] ?? row["name"]);
  const rowsOf = ({ rows }: State) =>
    Object.values(rows)
      .flat()
      .map((row) => [entryOf(row), JSON.stringify(row)] as const);
  const [had, has] = [rowsOf(before), rowsOf(after)];
  const differing = [
    ...had.filter(([, row]) => !has.some(([, other]) => other === row)),
    ...has.filter(([, row]) => !had.some(([, other]) => other === row)),
  ].map(([entry]) => entry);
  const told = steps.filter(({ deed }) => deed.endsWith("Entry")).map(({ what }) => what);
  assert.deepEqual([...new Set(differing)].toSorted(), [...new Set(told)].toSorted());

  const gone = steps
    .filter(({ deed }) => deed === "trash" || deed === "removeFolder")
    .map(({ what }) => path.relative(shop.root, what));
  const below = (name: string): boolean =>
    gone.some((one) => name === one || name === `${one}/` || name.startsWith(`${one}/`));
  const links = steps.filter(({ deed }) => deed === "makeLink").map(({ what }) => path.relative(shop.root, what));
  const left = Object.entries(before.tree).filter(([name]) => !below(name));
  assert.deepEqual(
    outside(after.tree),
    Object.fromEntries([...left, ...links.map((name) => [name, after.tree[name] ?? ""] as const)]),
  );
  // Whoever opens it reads the bytes it was given a name of.
  for (const name of links) assert.equal(readFileSync(path.join(shop.root, name), "utf8"), "the bytes that are shared");
}
