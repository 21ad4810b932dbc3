import { folderOf } from "../../downloads/safe-path.ts";
import type { ScanAsk } from "../../ports/scanner.ts";
import { text } from "../../registry/columns.ts";
import type { StorePlaces } from "../operation.ts";
import type { Survey, SurveyRows, SurveyWants } from "../plan.ts";
import { nameOf } from "./collection.ts";
import { tellingFiles } from "./detect.ts";
import { isBelow, withoutEnd } from "./paths.ts";

/** The headers that tell what the entries are. */
export function headsOf(rows: SurveyRows): readonly string[] {
  const files = Map.groupBy(rows.files, (row) => text(row, "entry") ?? "");
  return rows.entries.flatMap((row) => {
    const path = text(row, "path");
    if (path === undefined) return [];
    const { weights, projector } = tellingFiles(rows, path, files.get(nameOf(row)) ?? []);
    return [...weights, ...(projector === undefined ? [] : [projector])];
  });
}

/** Whole locations, and the folders of entries that lie in none, are looked through afresh. */
export const rebuildWants = ({ locations }: StorePlaces): Pick<SurveyWants, "stores" | "checksums"> => ({
  stores: (rows) => {
    const paths = pathsOf(rows);
    const roots = locations.map(({ path }) => withoutEnd(path));
    const used = roots.filter((root) => paths.some((path) => isBelow(path, root)));
    const strays = paths.filter((path) => !roots.some((root) => isBelow(path, root)));
    const folders = strays
      .filter((path) => !BLOB.test(path))
      .map((path) => (rows.disk.get(path)?.kind === "folder" ? withoutEnd(path) : folderOf(path)));
    const all = [...new Set([...used, ...folders])];
    return all
      .filter((root) => !all.some((other) => isBelow(root, other)))
      .map((root): ScanAsk => ({ store: "folder", root, afresh: true }));
  },
  checksums: filesByEntry,
});

/** Ollama's: its name is no file name, and the folder is all models'. */
const BLOB = /[\\/]blobs[\\/]sha256[-:][0-9a-f]{64}$/;

const pathsOf = ({ entries, disk }: SurveyRows): readonly string[] =>
  entries.flatMap((row) => {
    const path = text(row, "path");
    const kind = path === undefined ? undefined : disk.get(path)?.kind;
    return path !== undefined && (kind === "file" || kind === "link" || kind === "folder") ? [path] : [];
  });

/** As they were found now, else as they are recorded. */
function filesByEntry({ entries, files, disk, found = [] }: Survey): ReadonlyMap<string, readonly string[]> {
  const known = new Map(found.flatMap(({ models }) => models.map((model) => [model.path, model.files])));
  const recorded = Map.groupBy(files, (row) => text(row, "entry") ?? "");
  const kinds: ReadonlySet<string | undefined> = new Set(["file", "link"]);
  return new Map(
    entries.flatMap((row) => {
      const path = text(row, "path");
      if (path === undefined || disk.get(path) === undefined) return [];
      const own =
        known.get(path)?.map((file) => file.path) ??
        (recorded.get(nameOf(row)) ?? []).map((file) => text(file, "path") ?? "");
      const there = own.filter((one) => known.has(path) || kinds.has(disk.get(one)?.kind));
      return there.length === 0 ? [] : [[nameOf(row), there] as const];
    }),
  );
}
