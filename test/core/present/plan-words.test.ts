import assert from "node:assert/strict";
import { type ChangesTold, planDocument } from "../../../src/core/present/plan-document.ts";
import { stepLine } from "../../../src/core/present/step-line.ts";
import { appliedWords, confirmWords, spaceWords, totalsWords } from "../../../src/core/present/plan-words.ts";
import { aPlan, aStep, totals } from "../../support/plan-samples.ts";
import { changeLine } from "../../../src/core/present/change-line.ts";
import type { PlanChange } from "../../../src/core/protocol/maintenance.ts";

/** All there are. */
const told = (changes: readonly PlanChange[]): ChangesTold => ({
  lines: changes.map(changeLine),
  total: changes.length,
});

suite("a plan in words", () => {
  test("its question counts what goes, and the bytes", () => {
    const plan = aPlan({ totals: totals({ removed: 12, files: 34, trashedBytes: 21e9, steps: 46 }) });
    const { message, detail, button } = confirmWords(plan);
    assert.equal(message, "Remove 12 entries and move 34 files (21 GB) to the trash?");
    assert.equal(detail, "It can be undone from the history.");
    assert.equal(button, "Apply");
  });

  test("what goes for good is called so, on its button too", () => {
    const plan = aPlan({ undoable: false, totals: totals({ changed: 1, files: 1, freedBytes: 5e9, steps: 2 }) });
    const { message, detail, button } = confirmWords(plan);
    assert.equal(message, "Change 1 entry and delete 1 file (5.0 GB) for good?");
    assert.equal(detail, "It cannot be undone.");
    assert.equal(button, "Apply for Good");
  });

  test("where some bytes are free at once and others later, both are said", () => {
    const mixed = totals({ files: 3, freedBytes: 1e9, trashedBytes: 2e9, steps: 3 });
    assert.equal(spaceWords(mixed), "frees 1.0 GB · frees 2.0 GB when the trash is emptied");
    const { message, detail } = confirmWords(aPlan({ undoable: false, totals: mixed }));
    assert.equal(message, "Move 2.0 GB to the trash and delete 1.0 GB for good (3 files)?");
    assert.match(detail, /cannot be undone/);
  });

  test("folders alone are counted as changes", () => {
    assert.equal(totalsWords(totals({ steps: 3 })), "3 changes");
    assert.equal(confirmWords(aPlan({ totals: totals({ steps: 3 }) })).message, "Apply 3 changes?");
  });

  test("what was done is one sentence", () => {
    assert.equal(
      appliedWords("Remove Models", totals({ removed: 1, files: 2, trashedBytes: 3e6, steps: 3 })),
      "Remove Models: 1 entry removed · 2 files · frees 3.0 MB when the trash is emptied.",
    );
  });
});

suite("a plan's page", () => {
  test("an entry that goes is told with its layer, as it may stand in two", () => {
    const step = aStep({ deed: "removeEntry", what: "a", before: { layer: "curated" } });
    assert.match(stepLine(step), /^- remove entry {2}a {2}\(curated\)$/);
  });

  test("has title, totals, the way back, the terminal command, and one line per change", () => {
    const steps = [
      aStep(),
      aStep({ deed: "trash", what: "/m/a.gguf", bytes: 5e9 }),
      aStep({ deed: "changeEntry", what: "b", before: { roles: ["chat"] }, after: { roles: ["chat", "code"] } }),
    ];
    const plan = aPlan({ totals: totals({ removed: 1, changed: 1, files: 1, trashedBytes: 5e9, steps: 3 }) });
    const lines = planDocument("Prune Duplicates", plan, told(steps)).split("\n");
    assert.equal(lines[0], "Prune Duplicates");
    assert.ok(lines.includes("    modeldeck maintenance.apply --operation pruneDuplicates --confirm true"));
    assert.ok(lines.includes("It can be undone from the history."));
    assert.ok(lines.includes("- remove entry  tiny-llama.cpp-gguf-q4_k_m"));
    assert.ok(lines.includes("- move to trash  /m/a.gguf  5.0 GB"));
    assert.ok(lines.includes('! change entry  b  roles: ["chat"] → ["chat","code"]'));
    assert.ok(!lines.some((line) => line.startsWith("…")));
  });

  test("of a backup it says that files stay as they are, and how removed ones come back", () => {
    const text = planDocument("x", aPlan({ operation: "restoreBackup" }), told([aStep()]));
    assert.match(text, /^Files stay as they are: .+ by undoing its removal\. It can be undone from the history\.$/m);
  });

  test("lists every change, however many", () => {
    const plan = aPlan({ totals: totals({ removed: 12_000, steps: 12_000 }) });
    const text = planDocument("x", plan, told(Array.from({ length: 12_000 }, (_, at) => aStep({ what: `m-${at}` }))));
    assert.match(text, /^Changes \(12000\)$/m);
    assert.equal(text.match(/^- remove entry {2}m-\d+$/gm)?.length, 12_000);
    assert.doesNotMatch(text, /Only the first|more$/m);
  });

  test("says in its first lines where it has to stop, with the command that tells the rest", () => {
    const plan = aPlan({ totals: totals({ removed: 10, steps: 130 }) });
    const next = "modeldeck maintenance.changes --planId p1 --cursor 1 --limit 20000";
    const text = planDocument("x", plan, { ...told([aStep()]), total: 10, next });
    const [first = "", list = ""] = text.split("Changes (10)");
    assert.match(first, new RegExp(`^Only the first 1 of 10 changes are listed here. The next:\n {4}${next}$`, "m"));
    assert.match(list, /^… and 9 more$/m);
  });

  test("names what is left alone with the reason", () => {
    const plan = aPlan({ keptBack: [{ what: "locked-one", reason: "it is locked" }] });
    assert.match(planDocument("x", plan, told([aStep()])), /^Left alone \(1\)\n\n {4}locked-one: it is locked$/m);
  });

  test("of an empty plan says that there is nothing to do, and promises nothing", () => {
    const page = planDocument("x", aPlan({ totals: totals(), firstSteps: [] }), told([]));
    assert.match(page, /There is nothing to do/);
    assert.doesNotMatch(page, /undone/);
  });

  test("a step for good says so", () => {
    assert.match(stepLine(aStep({ deed: "delete", what: "/m/a", bytes: 1000, final: true })), / {2}for good$/);
    assert.match(planDocument("x", aPlan({ undoable: false }), told([])), /cannot be undone/);
  });

  test("a name with line breaks stays on one line, and a long value is cut", () => {
    assert.equal(stepLine(aStep({ what: "/m/a\n- remove entry  b" })).split("\n").length, 1);
    const line = stepLine(aStep({ deed: "changeEntry", before: {}, after: { notes: "x".repeat(1000) } }));
    assert.ok(line.length < 250);
  });
});

suite("a plan's changes", () => {
  test("what comes with an entry is told in its line: its size, and what it can do", () => {
    const line = changeLine({
      ...aStep({ deed: "addEntry", what: "a", after: { layer: "discovered" }, bytes: 4_900_000_000 }),
      facts: [
        { name: "parameters", value: 8_030_000_000, source: "gguf" },
        { name: "tools", value: true, source: "template" },
        { name: "vision", value: true, source: "name" },
      ],
    });
    assert.equal(line, "+ add entry  a  (discovered)  4.9 GB · 8B · vision? · tools");
  });

  test("what changes of an entry is one line, and the rest of it is counted", () => {
    const change = { ...aStep({ deed: "changeEntry", what: "a", before: { x: 1 }, after: { x: 2 } }), more: 2 };
    assert.equal(changeLine(change), "! change entry  a  x: 1 → 2; … and 2 more");
    const shape = aStep({ deed: "changeEntry", what: "b", before: {}, after: {} });
    assert.equal(changeLine(shape), "! change entry  b  memory facts of its files");
  });
});
