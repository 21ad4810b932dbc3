import * as v from "valibot";
import { verb } from "./verb.ts";

const text = v.pipe(v.string(), v.nonEmpty());
const names = v.pipe(v.array(text), v.minLength(1), v.maxLength(10_000));

export const metadataFetch = verb({
  name: "metadata.fetch",
  args: v.strictObject({ names }),
  scope: "edit",
  doors: ["palette", "terminal", "api"],
  changes: true,
  run: async (core, args, signal) => ({ found: await core.metadata.fetch(args.names, signal) }),
});

export const metadataRemove = verb({
  name: "metadata.remove",
  args: v.strictObject({ names }),
  scope: "edit",
  doors: ["palette", "terminal", "api"],
  changes: true,
  run: async (core, args, signal) => ({ found: await core.metadata.remove(args.names, signal) }),
});

export const metadataPreview = verb({
  name: "metadata.preview",
  args: v.strictObject({ name: text, picture: v.nullable(text) }),
  scope: "edit",
  doors: ["palette", "terminal"],
  changes: true,
  run: async (core, args, signal) => {
    await core.metadata.setPreview(args.name, args.picture, signal);
    return core.registry.show(args.name);
  },
});

export const metadataCard = verb({
  name: "metadata.card",
  args: v.strictObject({ name: text }),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: async (core, args, signal) => ({ card: (await core.metadata.card(args.name, signal)) ?? null }),
});
