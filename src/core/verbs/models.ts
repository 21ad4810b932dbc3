import * as v from "valibot";
import { verb } from "./verb.ts";

const name = v.pipe(v.string(), v.nonEmpty());

export const modelsList = verb({
  name: "models.list",
  args: v.strictObject({
    backend: v.optional(v.string()),
    format: v.optional(v.string()),
    quantization: v.optional(v.string()),
    role: v.optional(v.string()),
    capability: v.optional(v.string()),
    text: v.optional(v.string()),
    installed: v.optional(v.boolean()),
    includeDeprecated: v.optional(v.boolean()),
    includeTesting: v.optional(v.boolean()),
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
    cursor: v.optional(v.string()),
  }),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: (core, args) => core.registry.list(args),
});

export const modelsShow = verb({
  name: "models.show",
  args: v.strictObject({ name }),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: (core, args) => core.registry.show(args.name),
});

export const modelsStats = verb({
  name: "models.stats",
  args: v.strictObject({}),
  scope: "read",
  doors: ["palette", "terminal", "api"],
  changes: false,
  run: (core) => core.registry.stats(),
});
