import * as v from "valibot";
import type { Core } from "../core.ts";
import type { Selection } from "../downloads/queue.ts";
import { downloadStates } from "../protocol/downloads.ts";
import { type Verb, verb } from "./verb.ts";

const texts = v.array(v.pipe(v.string(), v.nonEmpty()));

export const downloadsAdd = verb({
  name: "downloads.add",
  args: v.strictObject({
    model: v.pipe(v.string(), v.trim(), v.nonEmpty()),
    revision: v.optional(v.string()),
    files: v.optional(texts),
    formats: v.optional(texts),
    quantizations: v.optional(texts),
    location: v.optional(v.string()),
    folder: v.optional(v.string()),
    subfolder: v.optional(v.string()),
    force: v.optional(v.boolean()),
    priority: v.optional(v.pipe(v.number(), v.integer())),
    paused: v.optional(v.boolean()),
  }),
  scope: "edit",
  doors: ["palette", "terminal"],
  changes: true,
  run: async (core, args, signal) => ({ ids: await core.downloads.add(args, signal) }),
});

export const downloadsList = verb({
  name: "downloads.list",
  args: v.strictObject({ state: v.optional(v.picklist(downloadStates)) }),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: async (core, args) => ({ downloads: core.downloads.list(args) }),
});

const selection = v.union([
  v.strictObject({ ids: v.pipe(texts, v.minLength(1)) }),
  v.strictObject({ all: v.literal(true) }),
]);

const onSelection = (
  name: string,
  deed: (queue: Core["downloads"], selected: Selection) => Promise<readonly string[]>,
): Verb =>
  verb({
    name,
    args: selection,
    scope: "edit",
    doors: ["palette", "terminal", "api"],
    changes: true,
    run: async (core, args) => ({ ids: await deed(core.downloads, args) }),
  });

export const downloadsPause = onSelection("downloads.pause", (queue, selected) => queue.pause(selected));
export const downloadsResume = onSelection("downloads.resume", (queue, selected) => queue.resume(selected));
export const downloadsCancel = onSelection("downloads.cancel", (queue, selected) => queue.cancel(selected));
