import { isBelow } from "../maintenance/operations/paths.ts";
import type { Edit } from "../ports/database.ts";
import { text } from "../registry/columns.ts";
import type { Registry } from "../registry/registry.ts";
import { type DownloadPlan, knownAs } from "./plan.ts";

/** Whose files these are. */
export interface Owners {
  /** Whom those join that are nobody's yet. */
  readonly name: string;
  /** Path → entry, of those that somebody has. */
  readonly known: ReadonlyMap<string, string>;
}

/**
 * Files without weights are no model: they belong to an entry of the same repository that has them, or others in their
 * folder; to a locked one only where there is no other. undefined where there are weights, or nobody to join.
 */
export async function ownersOf(
  { registry }: { readonly registry: Pick<Registry, "query"> },
  { files, folder, provider, repository }: DownloadPlan,
): Promise<Owners | undefined> {
  if (files.some(({ primary }) => primary)) return undefined;
  const rows = await registry.query(
    `SELECT f.path, f.entry, max(e.locked) AS locked FROM files f JOIN entries e ON e.name = f.entry
     WHERE e.source_provider = ? AND e.source_reference = ? GROUP BY f.path ORDER BY locked, f.entry, f.path`,
    [provider, repository],
  );
  const near = rows.filter((row) => isBelow(text(row, "path") ?? "", folder));
  const targets = new Set(files.map(knownAs));
  const known = new Map(
    near.flatMap((row) => {
      const [path, entry] = [text(row, "path"), text(row, "entry")];
      return path !== undefined && entry !== undefined && targets.has(path) ? [[path, entry] as const] : [];
    }),
  );
  const name = [...known.values()][0] ?? text(near[0] ?? {}, "entry");
  return name === undefined ? undefined : { name, known };
}

/** Of an entry's edits those of its files, each under its owner. */
export const fileEditsUnder = ({ name, known }: Owners, edits: readonly Edit[]): readonly Edit[] =>
  edits.flatMap((edit) =>
    edit.table === "files" && edit.after !== null
      ? [{ ...edit, after: { ...edit.after, entry: known.get(edit.key) ?? name } }]
      : [],
  );
