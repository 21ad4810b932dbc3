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
  limit: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1000))),
  cursor: v.optional(v.string()),
};

export const modelsList = verb({
  name: "models.list",
  args: v.strictObject(listing),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: async (core, args) => {
    const page = await core.registry.list(args);
    core.watching.shown(page.entries);
    return page;
  },
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
  run: async (core, args, signal) => {
    const entry = await core.registry.show(args.name);
    const [fit, places] = await Promise.all([
      core.fit.fitOf(args.name, {}, signal),
      core.content.places(args.name, signal),
    ]);
    return { ...entry, fit, places };
  },
});

/** Whether an entry, or a profile as it is written, fits the GPUs as they are now. */
export const modelsFit = verb({
  name: "models.fit",
  args: v.pipe(
    v.strictObject({
      name: v.optional(name),
      profile: v.optional(name),
      context: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
    }),
    v.check((args) => (args.name === undefined) !== (args.profile === undefined), "takes a name or a profile"),
  ),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: async (core, args, signal) => {
    const ask = args.context === undefined ? {} : { context: args.context };
    return {
      fit:
        args.profile === undefined
          ? await core.fit.fitOf(args.name ?? "", ask, signal)
          : await core.fitOfProfile(args.profile, ask, signal),
    };
  },
});

/** Asks the server that has the model loaded what it can do, and keeps the answers. */
export const modelsProbe = verb({
  name: "models.probe",
  args: v.strictObject({ name }),
  scope: "switch",
  doors: ["palette", "terminal", "api"],
  changes: true,
  run: async (core, args, signal) => ({ characteristics: await core.probe.probe(args.name, signal) }),
});

export const modelsStats = verb({
  name: "models.stats",
  args: v.strictObject({}),
  scope: "read",
  doors: ["palette", "terminal", "api"],
  changes: false,
  run: (core) => core.registry.stats(),
});
