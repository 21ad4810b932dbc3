import * as v from "valibot";
import { flag } from "../../registry/columns.ts";
import type { Operation } from "../operation.ts";
import { off } from "./choices.ts";
import { collectionOf, isLogicalOnly } from "./collection.ts";
import { removeEntries } from "./row-steps.ts";

const options = v.strictObject({
  /** Only logical-only ones. */
  placeholdersOnly: off,
});

/** Removes deprecated entries, row by row: a curated one that is not deprecated shows again. */
export const purgeDeprecated: Operation<v.InferOutput<typeof options>> = {
  name: "purgeDeprecated",
  options,
  backup: true,
  wants: () => ({}),
  decide: (survey, { placeholdersOnly }) =>
    removeEntries(
      collectionOf(survey),
      survey.entries.filter((row) => flag(row, "deprecated") && (!placeholdersOnly || isLogicalOnly(row))),
    ),
};
