import type { Files } from "../ports/files.ts";
import type { Row } from "../ports/database.ts";
import type { Entry } from "../protocol/models.ts";
import { text } from "./columns.ts";

/** A model in a store that is reached through its server alone: there is no file of ours to look for. */
export const SYNTHETIC = "ollama://";

/** What the row's entry is where the disk has no say; else the path it must be asked for. */
export function stateOrPath(row: Row): { readonly state: Entry["state"] } | { readonly path: string } {
  const path = text(row, "path");
  if (path === undefined) return { state: "logical" };
  if (!path.startsWith(SYNTHETIC)) return { path };
  return { state: text(row, "downloaded_at") === undefined ? "logical" : "installed" };
}

/** Whether there is anything at the path now; what cannot be looked at is not there. */
export async function isThere(path: string, files: Pick<Files, "stat">): Promise<boolean> {
  try {
    return (await files.stat(path)) !== undefined;
  } catch {
    return false;
  }
}

/** Does the work for each of them, so many at a time: a share that hangs holds up no more than these. */
export async function forEach<T>(all: Iterable<T>, atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  const todo = all[Symbol.iterator]();
  const take = async (): Promise<void> => {
    for (let next = todo.next(); next.done !== true; next = todo.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, take));
}
