import { terminalCommand } from "../../core/maintenance/command.ts";
import { changeLine } from "../../core/present/change-line.ts";
import type { ChangesTold } from "../../core/present/plan-document.ts";
import type { Plan } from "../../core/protocol/maintenance.ts";
import type { Ask } from "../ask.ts";

/** Lines of one preview; a longer one would open slowly. */
const BOUND = 100_000;
/** Changes in one answer: some hundred kilobytes, read and worded in milliseconds. */
const PAGE = 500;
/** What the terminal takes in one answer. */
const LARGE_PAGE = 20_000;

/** The changes of a plan as lines, page after page: the loop is others' between two of them. */
export async function readChanges(
  ask: Ask,
  { planId, totals }: Plan,
  signal: AbortSignal,
  bound = BOUND,
): Promise<ChangesTold> {
  if (totals.steps === 0) return { lines: [], total: 0 };
  const lines: string[] = [];
  let next: string | undefined;
  for (;;) {
    const limit = Math.min(PAGE, bound - lines.length);
    const args = { planId, limit, ...(next !== undefined && { cursor: next }) };
    const { changes, total, cursor } = await ask("maintenance.changes", args, signal);
    lines.push(...changes.map(changeLine));
    if (cursor === undefined) return { lines, total };
    if (lines.length >= bound)
      return { lines, total, next: terminalCommand("maintenance.changes", { planId, cursor, limit: LARGE_PAGE }) };
    next = cursor;
  }
}
