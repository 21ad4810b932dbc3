import * as v from "valibot";
import { isAbsolute } from "../../downloads/safe-path.ts";
import { backends } from "../../protocol/models.ts";
import { plainPath } from "../../util/plain-path.ts";

/** What several operations take. */
export const off = v.optional(v.boolean(), false);
export const on = v.optional(v.boolean(), true);
export const backendFilter = v.optional(v.picklist(backends));
export const word = v.pipe(v.string(), v.nonEmpty());
export const folder = v.pipe(
  v.string(),
  v.check(isAbsolute, "give the folder whole, from the root of the disk"),
  v.transform(plainPath),
);
