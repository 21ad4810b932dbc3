import { t } from "@vscode/l10n";
import type { Files } from "../ports/files.ts";
import type { MetadataFound } from "../protocol/metadata.ts";
import { flag, text } from "../registry/columns.ts";
import type { Registry } from "../registry/registry.ts";
import { fault } from "../util/faults.ts";
import { removeEdits } from "./edits.ts";
import { metadataOf } from "./fetched.ts";
import { readTarget } from "./targets.ts";
import { isAsWritten } from "./write-files.ts";

export interface Removing {
  readonly registry: Pick<Registry, "query" | "commit">;
  readonly files: Pick<Files, "stat" | "remove">;
  /** Absolute: the data folder. */
  readonly storage: string;
}

/** The registry first: a file that stays is seen and deleted again, an entry that names a gone one is wrong. */
export async function removeFetched({ registry, files, storage }: Removing, name: string): Promise<MetadataFound> {
  const target = await readTarget(registry, name);
  const { shown } = target.layers;
  if (flag(shown, "locked")) throw fault({ code: "locked", what: text(shown, "display_name") ?? name, byPerson: true });
  if (!target.fetched) return { entry: name, fields: [], written: [] };
  const { edits, fields } = removeEdits(target);
  const ours = [];
  const changed: string[] = [];
  for (const one of target.fetched.written) {
    if (await isAsWritten(files, one)) ours.push(one.path);
    else if (await files.stat(one.path)) changed.push(one.path);
  }
  await registry.commit(edits);
  for (const path of ours) if (!(path.startsWith(storage) && (await isUsed(registry, path)))) await files.remove(path);
  const told = { entry: name, from: target.fetched.from, fields, written: [] };
  return changed.length === 0 ? told : { ...told, reason: keptTrouble(changed) };
}

const keptTrouble = (paths: readonly string[]) => ({
  code: "stale",
  message: t("Files that were changed since they were written stay: {0}", paths.join(", ")),
  facts: { paths },
});

/** Pictures of the data folder are named by their content: two entries may have the same. */
async function isUsed(registry: Pick<Registry, "query">, path: string): Promise<boolean> {
  const rows = await registry.query("SELECT preview, metadata_json FROM entries WHERE instr(metadata_json, ?) > 0", [
    JSON.stringify(path).slice(1, -1),
  ]);
  return rows.some((row) => row["preview"] === path || metadataOf(row)["thumbnail"] === path);
}
