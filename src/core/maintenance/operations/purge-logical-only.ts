import * as v from "valibot";
import type { Operation } from "../operation.ts";
import { off, on } from "./choices.ts";
import { collectionOf, isDiscovered, isLogicalOnly } from "./collection.ts";
import { removeEntries } from "./row-steps.ts";

const options = v.strictObject({ includeCurated: off, backup: on });

/** Removes entries that have no bytes, from the discovered layer and, where asked, from the curated one. */
export const purgeLogicalOnly: Operation<v.InferOutput<typeof options>> = {
  name: "purgeLogicalOnly",
  options,
  backup: true,
  wants: () => ({}),
  decide: (survey, { includeCurated }) =>
    removeEntries(
      collectionOf(survey),
      survey.entries.filter((row) => isLogicalOnly(row) && (includeCurated || isDiscovered(row))),
    ),
};
