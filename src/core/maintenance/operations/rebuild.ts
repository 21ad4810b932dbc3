import { text } from "../../registry/columns.ts";
import type { NewEntry } from "../../registry/new-entry.ts";
import type { FoundModel } from "../../stores/found.ts";
import type { Survey } from "../plan.ts";
import { type detected, filesNow } from "./detect.ts";
import type { Draft, RowChange } from "./draft.ts";
import { entryOfFound } from "./entry-of-found.ts";
import type { Owned } from "./owned.ts";
import { refreshed } from "./refresh.ts";

/** Everything anew that the disk tells of an entry: as a scan finds it, else by its headers and its files alone. */
export function rebuilt(
  survey: Survey,
  draft: Draft,
  owned: Owned,
  found: FoundModel | undefined,
  told: ReturnType<typeof detected>,
): readonly RowChange[] {
  const { shown } = owned.layers;
  const bare: NewEntry = {
    displayName: text(shown, "display_name") ?? owned.name,
    family: text(shown, "family") ?? owned.name,
    backend: "unassigned",
    proof: "unverified",
    ...pathOf(shown),
    files: filesNow(survey, owned.files),
    ...(told ?? { characteristics: [] }),
  };
  const entry =
    found === undefined ? bare : { ...entryOfFound(survey, found, undefined), backend: "unassigned" as const };
  const changes = refreshed(survey, draft, owned, entry);
  if (owned.layers.discovered !== undefined) return changes;
  // What is known of a curated entry alone stays in its layer.
  const { format, quantization } = entry;
  const row = {
    ...shown,
    ...(format !== undefined && { format }),
    ...(quantization !== undefined && { quantization }),
  };
  return [{ table: "entries", key: String(shown["key"]), row }, ...changes.filter(({ table }) => table !== "entries")];
}

const pathOf = (row: Parameters<typeof text>[0]): Pick<NewEntry, "path"> => {
  const path = text(row, "path");
  return path === undefined ? {} : { path };
};
