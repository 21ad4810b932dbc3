import * as v from "valibot";
import { verb } from "./verb.ts";

const text = v.pipe(v.string(), v.nonEmpty());

export const modelsUpdates = verb({
  name: "models.updates",
  args: v.strictObject({ names: v.optional(v.pipe(v.array(text), v.minLength(1))) }),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: async (core, args, signal) => ({ updates: await core.updates.check(args.names, signal) }),
});

export const lockfileExport = verb({
  name: "lockfile.export",
  args: v.strictObject({ path: text }),
  scope: "read",
  doors: ["palette", "terminal"],
  changes: false,
  run: (core, args, signal) => core.updates.exportLockfile(args.path, signal),
});

export const lockfileImport = verb({
  name: "lockfile.import",
  args: v.strictObject({ path: text }),
  scope: "edit",
  doors: ["palette", "terminal"],
  changes: true,
  run: (core, args, signal) => core.updates.importLockfile(args.path, signal),
});
