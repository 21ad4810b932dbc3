import * as v from "valibot";
import { fault } from "../util/faults.ts";
import { overrides } from "./serving.ts";
import { verb } from "./verb.ts";

const id = v.pipe(v.string(), v.trim(), v.nonEmpty());
const path = v.pipe(v.string(), v.nonEmpty());
const patch = v.record(v.string(), v.nullable(v.union([v.string(), v.number(), v.array(v.string())])));
const doors = ["palette", "terminal", "api"] as const;
/** What they write may name a program or a file of this machine, which a switch starts then. */
const local = ["palette", "terminal"] as const;

export const profilesShow = verb({
  name: "profiles.show",
  args: v.strictObject({ profile: id }),
  scope: "read",
  doors,
  changes: false,
  run: (core, { profile }, signal) => core.desk.show(profile, signal),
});

export const profilesCommand = verb({
  name: "profiles.command",
  args: v.strictObject({
    profile: id,
    runtime: v.optional(v.picklist(["container", "process"])),
    patch: v.optional(patch),
    overrides: v.optional(overrides),
  }),
  scope: "read",
  doors,
  changes: false,
  run: (core, { profile, ...how }, signal) => core.desk.command(profile, how, signal),
});

export const profilesSave = verb({
  name: "profiles.save",
  args: v.strictObject({ profile: id, patch }),
  scope: "edit",
  doors: local,
  changes: true,
  run: (core, args, signal) => core.desk.save(args.profile, args.patch, signal),
});

export const profilesClone = verb({
  name: "profiles.clone",
  args: v.strictObject({ profile: id, as: id, patch: v.optional(patch, {}) }),
  scope: "edit",
  doors: local,
  changes: true,
  run: (core, args, signal) => core.desk.clone(args.profile, args.as, args.patch, signal),
});

export const profilesDiff = verb({
  name: "profiles.diff",
  args: v.strictObject({ profile: id, with: id }),
  scope: "read",
  doors,
  changes: false,
  run: (core, args, signal) => core.desk.diff(args.profile, args.with, signal),
});

export const profilesValidate = verb({
  name: "profiles.validate",
  args: v.strictObject({ path: v.optional(path), text: v.optional(v.string()) }),
  scope: "read",
  doors: ["palette", "terminal"],
  changes: false,
  run: async (core, { path, text }, signal) => {
    if (text !== undefined && path === undefined)
      throw fault({
        code: "badArguments",
        verb: "profiles.validate",
        path: "path",
        problem: "say of which file the text is: its name tells how it is read",
      });
    return core.desk.validate(path === undefined ? undefined : { path, text }, signal);
  },
});

export const profilesImport = verb({
  name: "profiles.import",
  args: v.strictObject({ path, apply: v.optional(v.boolean(), false) }),
  scope: "edit",
  doors: ["palette", "terminal"],
  changes: true,
  run: (core, args, signal) => core.desk.importLlamaSwap(args.path, args.apply, signal),
});

export const profilesBenchmark = verb({
  name: "profiles.benchmark",
  args: v.strictObject({ profile: id, fillSpeed: v.optional(v.boolean(), false) }),
  scope: "switch",
  doors,
  changes: true,
  run: async (core, args, signal) => ({ id: await core.benchmarks.start(args.profile, args.fillSpeed, signal) }),
});
