import type { HistoryRow, Plan, PlanStep, PlanTotals } from "../../src/core/protocol/maintenance.ts";
import type { Task } from "../../src/core/protocol/tasks.ts";

/** Well-formed plans, their past and tasks, for tests that care for one or two of their fields. */

export const totals = (parts: Partial<PlanTotals> = {}): PlanTotals => ({
  added: 0,
  changed: 0,
  removed: 0,
  files: 0,
  freedBytes: 0,
  trashedBytes: 0,
  steps: 0,
  ...parts,
});

export const aStep = (parts: Partial<PlanStep> = {}): PlanStep => ({
  deed: "removeEntry",
  what: "tiny-llama.cpp-gguf-q4_k_m",
  final: false,
  ...parts,
});

export const aPlan = (parts: Partial<Plan> = {}): Plan => ({
  planId: "p1",
  operation: "pruneDuplicates",
  options: {},
  basis: "abc",
  totals: totals({ removed: 1, steps: 1 }),
  firstSteps: [aStep()],
  keptBack: [],
  findings: [],
  undoable: true,
  destructive: true,
  command: "modeldeck maintenance.apply --operation pruneDuplicates --confirm true",
  ...parts,
});

export const aHistoryRow = (parts: Partial<HistoryRow> = {}): HistoryRow => ({
  id: "h1",
  at: "2026-01-02T03:04:05Z",
  operation: "pruneDuplicates",
  title: "Prune duplicates",
  totals: totals({ removed: 2, steps: 2 }),
  state: "done",
  ...parts,
});

export const aTask = (parts: Partial<Task> = {}): Task => ({
  id: "t1",
  kind: "verify",
  title: "Check 3 files",
  state: "running",
  priority: 0,
  progress: { done: 0, total: 1000, unit: "bytes" },
  addedAt: "2026-01-02T03:04:05Z",
  ...parts,
});
