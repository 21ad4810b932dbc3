import * as v from "valibot";
import { verb } from "./verb.ts";

const text = v.pipe(v.string(), v.nonEmpty());
const texts = v.pipe(v.array(text), v.minLength(1));

/** Without a path: the folder that `modelDeck.wan2gp.root` names. */
export const libraryLists = verb({
  name: "library.lists",
  args: v.strictObject({ path: v.optional(text) }),
  scope: "read",
  doors: ["palette", "terminal"],
  changes: false,
  run: (core, args, signal) => core.lists.read(args.path, signal),
});

export const libraryFetch = verb({
  name: "library.fetch",
  args: v.strictObject({
    path: v.optional(text),
    entries: v.optional(texts),
    files: v.optional(texts),
    missingOnly: v.optional(v.boolean()),
    folder: v.optional(text),
    linkOut: v.optional(v.boolean()),
    paused: v.optional(v.boolean()),
  }),
  scope: "edit",
  doors: ["palette", "terminal"],
  changes: true,
  run: (core, args, signal) => core.lists.fetch(args, signal),
});
