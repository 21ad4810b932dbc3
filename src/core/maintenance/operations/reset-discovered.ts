import * as v from "valibot";
import { backends } from "../../protocol/models.ts";
import { oneOf } from "../../registry/columns.ts";
import type { Operation } from "../operation.ts";
import { on } from "./choices.ts";
import { collectionOf, isDiscovered } from "./collection.ts";
import { removeEntries } from "./row-steps.ts";

const options = v.strictObject({ backend: v.picklist([...backends, "all"]), backup: on });

/** Removes what was found, so that curated entries show again and a new import starts clean. */
export const resetDiscovered: Operation<v.InferOutput<typeof options>> = {
  name: "resetDiscovered",
  options,
  backup: true,
  wants: () => ({}),
  decide: (survey, { backend }) =>
    removeEntries(
      collectionOf(survey),
      survey.entries.filter(
        (row) =>
          isDiscovered(row) && (backend === "all" || (oneOf(row, "backend", backends) ?? "unassigned") === backend),
      ),
    ),
};
