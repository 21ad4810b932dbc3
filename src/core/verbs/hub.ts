import * as v from "valibot";
import { verb } from "./verb.ts";

export const hubAnalyze = verb({
  name: "hub.analyze",
  args: v.strictObject({ model: v.pipe(v.string(), v.trim(), v.nonEmpty()), revision: v.optional(v.string()) }),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: (core, args, signal) => core.hub.analyze(args.model, args.revision, signal),
});
