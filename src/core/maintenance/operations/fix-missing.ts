import * as v from "valibot";
import type { KeptBack } from "../../protocol/maintenance.ts";
import { text } from "../../registry/columns.ts";
import type { Operation } from "../operation.ts";
import type { Decision, Step, Survey } from "../plan.ts";
import { word } from "./choices.ts";
import { type Collection, collectionOf } from "./collection.ts";
import { isBelow } from "./paths.ts";
import { clearDownload, joined, lockedBack, removeRow } from "./row-steps.ts";

/** The `files` of a VerifyReport; those that are neither missing nor changed may be left out. */
const options = v.strictObject({
  files: v.array(
    v.object({
      entry: word,
      path: word,
      verdict: v.picklist(["ok", "missing", "changed", "unknown", "offline", "unreadable"]),
    }),
  ),
});
type Verdict = v.InferOutput<typeof options>["files"][number];

/** Clears the download fields of what a check found missing, and names what has to be downloaded again. */
export const fixMissing: Operation<v.InferOutput<typeof options>> = {
  name: "fixMissing",
  options,
  backup: true,
  wants: ({ files }) => ({ paths: files.filter(({ verdict }) => verdict === "missing").map(({ path }) => path) }),
  decide: (survey, { files }) => {
    const collection = collectionOf(survey);
    const byEntry = Object.entries(Object.groupBy(files, ({ entry }) => entry));
    return joined(byEntry.map(([name, verdicts = []]) => fixEntry(survey, collection, name, verdicts)));
  },
};

function fixEntry(survey: Survey, collection: Collection, name: string, verdicts: readonly Verdict[]): Decision {
  const missing = new Set(verdicts.filter((one) => one.verdict === "missing").map((one) => one.path));
  const changed = verdicts.filter((one) => one.verdict === "changed");
  if (collection.rows(name).length === 0 || (missing.size === 0 && changed.length === 0))
    return { steps: [], keptBack: [] };
  if (collection.isLocked(name)) return { steps: [], keptBack: [lockedBack(name)] };

  const rows = collection.files(name);
  const keptBack: KeptBack[] = changed.map(({ path }) => ({
    what: path,
    reason: `it has changed: download ${name} again`,
  }));
  const gone = new Set<string>();
  for (const path of missing) {
    const reason = whyNot(survey, path);
    if (reason === undefined) gone.add(path);
    else keptBack.push({ what: path, reason });
  }
  const goneRows = rows.filter((row) => gone.has(text(row, "path") ?? ""));
  const cleared = collection.rows(name).filter((row) => {
    const path = text(row, "path");
    if (path === undefined) return false;
    const inside = rows.filter((file) => isBelow(text(file, "path") ?? "", path));
    return gone.has(path) || (inside.length > 0 && inside.every((file) => goneRows.includes(file)));
  });
  if (cleared.length === 0 && goneRows.length > 0)
    keptBack.push({
      what: name,
      reason: `${goneRows.length} of its files ${goneRows.length === 1 ? "is" : "are"} missing: download it again`,
    });
  const steps: readonly Step[] = [...cleared.flatMap(clearDownload), ...goneRows.map((row) => removeRow("files", row))];
  return { steps, keptBack };
}

/** The report may be old: only what is not there now either is missing. */
function whyNot({ disk }: Survey, path: string): string | undefined {
  const facts = disk.get(path);
  switch (facts?.kind) {
    case "absent":
      return undefined;
    case "offline":
      return "its drive is not there";
    case "unreadable":
      return facts.reason;
    case "file":
    case "folder":
    case "link":
      return "it is there again";
    case undefined:
      return "it was not looked at";
  }
}
