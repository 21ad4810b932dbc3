import type { Files } from "../ports/files.ts";
import type { Row } from "../ports/database.ts";
import type { Entry } from "../protocol/models.ts";
import { text } from "./columns.ts";

/** Looks this many paths up at a time: a share that hangs holds up no more than these. */
const AT_ONCE = 16;

/** What each row's entry is, in their order: looked up on the disk now. */
export async function statesOf(rows: readonly Row[], files: Pick<Files, "stat">): Promise<readonly Entry["state"][]> {
  const states: Entry["state"][] = rows.map(() => "logical");
  const todo = rows.entries();
  const lookUp = async (): Promise<void> => {
    for (const [index, row] of todo) states[index] = await stateOf(row, files);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, rows.length) }, lookUp));
  return states;
}

async function stateOf(row: Row, files: Pick<Files, "stat">): Promise<Entry["state"]> {
  const path = text(row, "path");
  if (path === undefined) return "logical";
  // A model in a store that is reached through its server alone: there is no file of ours to look for.
  if (path.startsWith("ollama://")) return text(row, "downloaded_at") === undefined ? "logical" : "installed";
  try {
    return (await files.stat(path)) === undefined ? "missing" : "installed";
  } catch {
    return "missing";
  }
}
