import assert from "node:assert/strict";
import { planDocument } from "../../../src/core/present/plan-document.ts";
import { stepLine } from "../../../src/core/present/step-line.ts";
import { appliedWords, confirmWords, spaceWords, totalsWords } from "../../../src/core/present/plan-words.ts";
import { aPlan, aStep, totals } from "../../support/plan-samples.ts";
import { changeLines } from "../../../src/core/present/change-lines.ts";
import type { PlanStep } from "../../../src/core/protocol/maintenance.ts";

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
    const lines = planDocument("Prune Duplicates", plan, steps).split("\n");
    assert.equal(lines[0], "Prune Duplicates");
    assert.ok(lines.includes("    modeldeck maintenance.apply --operation pruneDuplicates --confirm true"));
    assert.ok(lines.includes("It can be undone from the history."));
    assert.ok(lines.includes("- remove entry  tiny-llama.cpp-gguf-q4_k_m"));
    assert.ok(lines.includes("- move to trash  /m/a.gguf  5.0 GB"));
    assert.ok(lines.includes('! change entry  b  roles: ["chat"] → ["chat","code"]'));
    assert.ok(!lines.some((line) => line.startsWith("…")));
  });

  test("says how many lines it leaves out", () => {
    const plan = aPlan({ totals: totals({ removed: 2100, steps: 2100 }) });
    const steps = Array.from({ length: 2100 }, (_, at) => aStep({ what: `model-${at}` }));
    const text = planDocument("x", plan, steps);
    assert.match(text, /^Changes \(2100\)$/m);
    assert.match(text, /^… and 100 more$/m);
  });

  test("counts steps that were not read as what they are, and not as lines", () => {
    const plan = aPlan({ totals: totals({ removed: 10, steps: 130 }) });
    const text = planDocument("x", plan, [aStep()]);
    assert.match(text, /^The first changes$/m);
    assert.match(text, /^… and more, too many to show: the totals above count all 130 steps\.$/m);
  });

  test("names what is left alone with the reason", () => {
    const plan = aPlan({ keptBack: [{ what: "locked-one", reason: "it is locked" }] });
    assert.match(planDocument("x", plan, [aStep()]), /^Left alone \(1\)\n\n {4}locked-one: it is locked$/m);
  });

  test("of an empty plan says that there is nothing to do, and promises nothing", () => {
    const page = planDocument("x", aPlan({ totals: totals(), firstSteps: [] }), []);
    assert.match(page, /There is nothing to do/);
    assert.doesNotMatch(page, /undone/);
  });

  test("a step for good says so", () => {
    assert.match(stepLine(aStep({ deed: "delete", what: "/m/a", bytes: 1000, final: true })), / {2}for good$/);
    assert.match(planDocument("x", aPlan({ undoable: false }), []), /cannot be undone/);
  });

  test("a name with line breaks stays on one line, and a long value is cut", () => {
    assert.equal(stepLine(aStep({ what: "/m/a\n- remove entry  b" })).split("\n").length, 1);
    const line = stepLine(aStep({ deed: "changeEntry", before: {}, after: { notes: "x".repeat(1000) } }));
    assert.ok(line.length < 250);
  });
});

suite("a plan's changes", () => {
  const part = (what: string, name: string, before: unknown, after: unknown): PlanStep =>
    aStep({ deed: "changeEntry", what, before: { [name]: before }, after: { [name]: after } });

  test("what comes with an entry is told in its line: its size, and what it can do", () => {
    const lines = changeLines([
      aStep({ deed: "addEntry", what: "a", after: { layer: "discovered" } }),
      part("a", "file /m/a.gguf", null, 4_900_000_000),
      part("a", "characteristic parameters gguf", null, 8_030_000_000),
      part("a", "characteristic parameters name", null, 7_000_000_000),
      part("a", "characteristic tools template", null, true),
      part("a", "characteristic vision gguf", null, false),
      part("a", "shape", null, { layers: 32 }),
    ]);
    assert.deepEqual(lines, ["+ add entry  a  (discovered)  4.9 GB · 8B · tools"]);
  });

  test("what changes of an entry is one line beside that of its fields, and the rest of it is counted", () => {
    const lines = changeLines([
      aStep({ deed: "changeEntry", what: "a", before: { path: "/a" }, after: { path: "/b" } }),
      ...Array.from({ length: 8 }, (_, index) => part("a", `characteristic c${index} gguf`, 1, 2)),
      part("a", "shape", { layers: 1 }, { layers: 2 }),
      part("b", "shape", null, { layers: 2 }),
    ]);
    assert.equal(lines.length, 3);
    assert.match(lines[0] ?? "", /^! change entry {2}a {2}path: \/a → \/b$/);
    assert.match(lines[1] ?? "", /^! change entry {2}a {2}characteristic c0 gguf: 1 → 2; .*; … and 2 more$/);
    assert.equal(lines[2], "! change entry  b  memory facts of its files");
  });
});
