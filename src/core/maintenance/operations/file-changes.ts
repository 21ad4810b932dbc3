import type { Row } from "../../ports/database.ts";
import { number, text } from "../../registry/columns.ts";
import type { NewEntry } from "../../registry/new-entry.ts";
import type { Survey } from "../plan.ts";
import { type Draft, type RowChange, isFree } from "./draft.ts";

type NewFile = NewEntry["files"][number];

/** Files as they are now. What was proven of bytes that are still the same stays proven; what is not there any more goes. */
export function fileChanges(
  { disk }: Pick<Survey, "disk">,
  draft: Draft,
  name: string,
  rows: readonly Row[],
  files: readonly NewFile[],
): readonly RowChange[] {
  const found = new Set(files.map(({ path }) => path));
  const gone = rows.filter((row) => {
    const path = text(row, "path") ?? "";
    return files.length > 0 && !found.has(path) && disk.get(path)?.kind === "absent";
  });
  return [
    ...gone.map((row): RowChange => ({ table: "files", key: text(row, "path") ?? "", row: null })),
    ...files
      .filter(({ path }) => isFree(draft, name, path))
      .map((file): RowChange => ({
        table: "files",
        key: file.path,
        row: rowOf(name, draft.get("files", file.path), file),
      })),
  ];
}

/** Whether the row of that path, where there is one, tells of the same bytes as far as size, time and digests say. */
export const isUnchanged = (rows: readonly Row[], file: NewFile): boolean => {
  const row = rows.find((one) => one["path"] === file.path);
  return row === undefined || isSame(row, file);
};

function isSame(row: Row, { sizeBytes, modified, sha256 }: NewFile): boolean {
  const [time, known] = [number(row, "modified"), text(row, "sha256")];
  if (number(row, "size_bytes") !== sizeBytes) return false;
  if (time !== undefined && modified !== undefined && time !== Math.trunc(modified)) return false;
  return known === undefined || sha256 === undefined || known === sha256;
}

function rowOf(entry: string, row: Row | undefined, file: NewFile): Row {
  const { path, sizeBytes, modified, identity, sha256, gitSha1 } = file;
  const now = {
    path,
    entry,
    size_bytes: sizeBytes,
    modified: modified === undefined ? null : Math.trunc(modified),
    identity: identity ?? null,
    sha256: sha256 ?? null,
    git_sha1: gitSha1 ?? null,
    proof: "unverified",
  };
  if (row === undefined || !isSame(row, file)) return now;
  return {
    ...now,
    sha256: text(row, "sha256") ?? now.sha256,
    git_sha1: text(row, "git_sha1") ?? now.git_sha1,
    proof: text(row, "proof") ?? now.proof,
  };
}
