import type { DiskLook } from "../ports/disk-look.ts";
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

/** As many as Node's threads have something to do with. */
const AT_ONCE = 16;

/** By one question a path. */
export const askEach = ({ stat }: Pick<Files, "stat">): DiskLook["areThere"] => {
  const isThere = async (path: string): Promise<boolean> => {
    try {
      return (await stat(path)) !== undefined;
    } catch {
      return false;
    }
  };
  return async (paths) => {
    const there: boolean[] = [];
    const todo = paths.entries();
    const take = async (): Promise<void> => {
      for (const [index, path] of todo) there[index] = await isThere(path);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, paths.length) }, take));
    return there;
  };
};
