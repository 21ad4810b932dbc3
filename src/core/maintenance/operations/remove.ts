import * as v from "valibot";
import { fault } from "../../util/faults.ts";
import { nearNames } from "../../util/near-names.ts";
import type { Operation } from "../operation.ts";
import type { Decision } from "../plan.ts";
import { word } from "./choices.ts";
import { type Collection, collectionOf } from "./collection.ts";
import { decideFiles } from "./remove-files.ts";
import { clearDownload, handOn, joined, lockedBack, removeEntries } from "./row-steps.ts";

const options = v.strictObject({
  names: v.pipe(v.array(word), v.minLength(1)),
  /**
   * `metadata` clears the download fields and keeps the files; `files` takes the files away and keeps the entry, which is
   * logical then; `purge` takes both away.
   */
  mode: v.picklist(["metadata", "files", "purge"]),
});

/** Removes chosen entries, their files, or both. Bytes that others use stay, and are named. */
export const remove: Operation<v.InferOutput<typeof options>> = {
  name: "remove",
  options,
  backup: true,
  wants: ({ mode }) => (mode === "metadata" ? {} : { links: true, ollama: true }),
  /** @throws FaultError `notFound` for a name that no entry has */
  decide: (survey, { names, mode }) => {
    const collection = collectionOf(survey);
    const chosen = [...new Set(names)];
    for (const name of chosen) if (collection.rows(name).length === 0) throw unknownEntry(collection, name);
    const locked = chosen.filter((name) => collection.isLocked(name));
    const free = chosen.filter((name) => !collection.isLocked(name));
    const back = { steps: [], keptBack: locked.map(lockedBack) };
    if (mode === "metadata") return joined([back, clearMetadata(collection, free)]);

    const files = decideFiles(survey, collection, free);
    const rows: Decision =
      mode === "purge"
        ? removeEntries(collection, files.entries.flatMap(collection.rows))
        : { steps: files.entries.flatMap(files.logical), keptBack: [] };
    return joined([back, files.decision, rows]);
  },
};

const unknownEntry = (collection: Collection, name: string): Error =>
  fault({ code: "notFound", what: "entry", name, near: nearNames(name, collection.names) });

function clearMetadata(collection: Collection, names: readonly string[]): Decision {
  const clearing = new Set(names);
  const steps = names.flatMap((name) => [
    ...collection.rows(name).flatMap(clearDownload),
    ...collection.files(name).map((row) => handOn(collection, row, clearing)),
  ]);
  return { steps, keptBack: [] };
}
