import * as v from "valibot";
import { backends } from "../protocol/models.ts";
import { httpAddress } from "../settings-values.ts";
import { verb } from "./verb.ts";

const text = v.pipe(v.string(), v.nonEmpty());
const texts = v.array(text);
const priority = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(100));

/** It is shown, exported and kept: a password in it would be, too. */
const address = v.pipe(
  v.string(),
  v.check((given) => {
    const url = httpAddress(given) === undefined ? undefined : new URL(given);
    return url?.username === "" && url.password === "";
  }, "takes an http(s) address without a name and password"),
);

export const modelsEdit = verb({
  name: "models.edit",
  args: v.strictObject({
    name: text,
    basis: v.optional(text),
    patch: v.strictObject({
      displayName: v.optional(text),
      roles: v.optional(texts),
      rolePriority: v.optional(v.record(v.string(), priority)),
      backend: v.optional(v.picklist(backends)),
      backendConfig: v.optional(
        v.strictObject({
          port: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(65_535))),
          host: v.exactOptional(text),
          baseUrl: v.exactOptional(address),
          modelPath: v.exactOptional(text),
        }),
      ),
      extraArgs: v.optional(texts),
      aliases: v.optional(texts),
      notes: v.optional(v.nullable(v.string())),
      description: v.optional(v.nullable(v.string())),
      preview: v.optional(v.nullable(text)),
      deprecated: v.optional(v.boolean()),
      locked: v.optional(v.boolean()),
      capabilities: v.optional(texts),
    }),
  }),
  scope: "edit",
  doors: ["palette", "terminal", "api"],
  changes: true,
  run: (core, args, signal) => core.editing.edit(args.name, args.patch, args.basis, signal),
});

export const modelsPromote = verb({
  name: "models.promote",
  args: v.strictObject({ name: text }),
  scope: "edit",
  doors: ["palette", "terminal", "api"],
  changes: true,
  run: (core, args, signal) => core.editing.promote(args.name, signal),
});

export const modelsImport = verb({
  name: "models.import",
  args: v.strictObject({ path: text }),
  scope: "edit",
  doors: ["palette", "terminal"],
  changes: true,
  run: (core, args, signal) => core.editing.importFrom(args.path, signal),
});

export const modelsExport = verb({
  name: "models.export",
  args: v.strictObject({
    path: text,
    format: v.picklist(["json", "csv"]),
    filter: v.optional(v.record(v.string(), v.unknown())),
  }),
  scope: "read",
  doors: ["palette", "terminal"],
  changes: false,
  run: (core, args, signal) => core.editing.exportTo(args.path, args.format, args.filter ?? {}, signal),
});

export const rolesResolve = verb({
  name: "roles.resolve",
  args: v.strictObject({ role: text }),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: (core, args) => core.editing.resolveRole(args.role),
});

export const configShow = verb({
  name: "config.show",
  args: v.strictObject({}),
  scope: "read",
  doors: ["palette", "terminal"],
  changes: false,
  run: async (core) => ({ settings: core.effectiveSettings }),
});
