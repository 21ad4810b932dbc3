import * as v from "valibot";
import { groupFields } from "../protocol/models.ts";
import { verb } from "./verb.ts";

const name = v.pipe(v.string(), v.nonEmpty());

const listing = {
  backend: v.optional(v.string()),
  family: v.optional(v.string()),
  location: v.optional(v.string()),
  format: v.optional(v.string()),
  quantization: v.optional(v.string()),
  role: v.optional(v.string()),
  capability: v.optional(v.string()),
  text: v.optional(v.string()),
  where: v.optional(
    v.array(
      v.strictObject({
        name,
        is: v.optional(v.union([v.string(), v.number(), v.boolean()])),
        atLeast: v.optional(v.number()),
        atMost: v.optional(v.number()),
      }),
    ),
  ),
  installed: v.optional(v.boolean()),
  includeDeprecated: v.optional(v.boolean()),
  includeTesting: v.optional(v.boolean()),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
  cursor: v.optional(v.string()),
};

export const modelsList = verb({
  name: "models.list",
  args: v.strictObject(listing),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: (core, args) => core.registry.list(args),
});

/** What the views and forms of a window ask; a person sees the answer as their groups. */
export const modelsGroups = verb({
  name: "models.groups",
  args: v.strictObject({ by: v.picklist(groupFields), ...listing }),
  scope: "read",
  doors: ["terminal", "api"],
  changes: false,
  run: (core, { by, ...filter }) => core.registry.groups(by, filter),
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
