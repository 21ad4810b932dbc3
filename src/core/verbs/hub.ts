import * as v from "valibot";
import { hubSorts, providers } from "../protocol/hub.ts";
import { verb } from "./verb.ts";

export const hubAnalyze = verb({
  name: "hub.analyze",
  args: v.strictObject({ model: v.pipe(v.string(), v.trim(), v.nonEmpty()), revision: v.optional(v.string()) }),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: (core, args, signal) => core.hub.analyze(args.model, args.revision, signal),
});

const words = v.pipe(v.string(), v.trim(), v.maxLength(200));

export const hubSearch = verb({
  name: "hub.search",
  args: v.strictObject({
    provider: v.picklist(providers),
    text: v.optional(words),
    format: v.optional(words),
    author: v.optional(words),
    sort: v.optional(v.picklist(hubSorts)),
    fits: v.optional(v.boolean()),
    limit: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(100))),
    cursor: v.optional(v.pipe(v.string(), v.maxLength(4000))),
  }),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: (core, args, signal) => {
    const given = (text: string | undefined): string | undefined => (text === "" ? undefined : text);
    return core.hub.search(
      {
        ...args,
        text: given(args.text),
        format: given(args.format),
        author: given(args.author),
        limit: args.limit ?? 20,
      },
      signal,
    );
  },
});
