import * as v from "valibot";
import { verb } from "./verb.ts";

const name = v.pipe(v.string(), v.trim(), v.nonEmpty());

export const backendsList = verb({
  name: "backends.list",
  args: v.strictObject({ backend: v.optional(name) }),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: async (core, { backend }, signal) => ({ backends: await core.backEnds.list(backend, signal) }),
});

export const backendsStart = verb({
  name: "backends.start",
  args: v.strictObject({ backend: name }),
  scope: "switch",
  doors: ["palette", "terminal", "api", "agent"],
  changes: true,
  run: (core, { backend }, signal) => core.backEnds.start(backend, signal),
});

export const backendsStop = verb({
  name: "backends.stop",
  args: v.strictObject({ backend: name }),
  scope: "switch",
  doors: ["palette", "terminal", "api", "agent"],
  changes: true,
  run: (core, { backend }, signal) => core.backEnds.stop(backend, signal),
});

/** Not for agents: what is fetched from a registry and run is a person's choice. */
export const imagesPull = verb({
  name: "images.pull",
  args: v.strictObject({ image: v.pipe(v.string(), v.trim(), v.regex(/^[\w.\-/:@]+$/, "takes the name of an image")) }),
  scope: "admin",
  doors: ["palette", "terminal", "api"],
  changes: true,
  run: (core, { image }) => core.imagePulls.pull(image),
});
