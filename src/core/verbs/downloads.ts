import * as v from "valibot";
import type { DownloadRequest } from "../downloads/queue.ts";
import { downloadStates, reuseWays } from "../protocol/downloads.ts";
import { onSelection } from "./on-selection.ts";
import { verb } from "./verb.ts";

const texts = v.array(v.pipe(v.string(), v.nonEmpty()));

/** Of a model to fetch; what `downloads.preview` takes as well. */
const request = {
  model: v.pipe(v.string(), v.trim(), v.nonEmpty()),
  revision: v.optional(v.string()),
  files: v.optional(texts),
  formats: v.optional(texts),
  quantizations: v.optional(texts),
  supportRepo: v.optional(v.string()),
  location: v.optional(v.string()),
  folder: v.optional(v.string()),
  subfolder: v.optional(v.string()),
  linkOut: v.optional(v.union([v.pipe(v.string(), v.nonEmpty()), texts])),
  includeOptional: v.optional(v.boolean()),
  reuse: v.optional(v.picklist(["auto", "none", ...reuseWays])),
  sha256: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/i, "takes 64 hexadecimal digits"))),
  force: v.optional(v.boolean()),
  priority: v.optional(v.pipe(v.number(), v.safeInteger())),
  paused: v.optional(v.boolean()),
};
const asked = v.strictObject(request);

const requestOf = ({ linkOut, ...rest }: v.InferOutput<typeof asked>): DownloadRequest => ({
  ...rest,
  ...(linkOut !== undefined && { linkOut: typeof linkOut === "string" ? [linkOut] : linkOut }),
});

export const downloadsAdd = verb({
  name: "downloads.add",
  args: asked,
  scope: "edit",
  doors: ["palette", "terminal"],
  changes: true,
  run: async (core, args, signal) => ({ ids: await core.downloads.add(requestOf(args), signal) }),
});

export const downloadsPreview = verb({
  name: "downloads.preview",
  args: v.strictObject({ ...request, prove: v.optional(v.boolean()) }),
  scope: "read",
  doors: ["terminal"],
  changes: false,
  run: (core, { prove = false, ...args }, signal) => core.downloads.preview(requestOf(args), { prove }, signal),
});

export const downloadsList = verb({
  name: "downloads.list",
  args: v.strictObject({ state: v.optional(v.picklist(downloadStates)) }),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: async ({ downloads }, { state }) => {
    const { downloads: rows, ...rest } = downloads.changes.read();
    return { downloads: state === undefined ? rows : rows.filter((one) => one.state === state), ...rest };
  },
});

export const downloadsStatus = verb({
  name: "downloads.status",
  args: v.strictObject({}),
  scope: "read",
  doors: ["terminal", "api", "agent"],
  changes: false,
  run: (core) => core.downloads.status(),
});

export const downloadsLimit = verb({
  name: "downloads.limit",
  args: v.strictObject({ bytesPerSecond: v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1))) }),
  scope: "edit",
  doors: ["palette", "terminal", "api"],
  changes: true,
  run: async (core, { bytesPerSecond }) => {
    await core.downloads.limit(bytesPerSecond);
    return { bytesPerSecond };
  },
});

const selection = v.union([
  v.strictObject({ ids: v.pipe(texts, v.minLength(1)) }),
  v.strictObject({ all: v.literal(true) }),
]);

export const downloadsPause = onSelection("downloads.pause", selection, (core, selected) =>
  core.downloads.pause(selected),
);
export const downloadsResume = onSelection("downloads.resume", selection, (core, selected) =>
  core.downloads.resume(selected),
);
export const downloadsCancel = onSelection("downloads.cancel", selection, (core, selected) =>
  core.downloads.cancel(selected),
);
export const downloadsRetry = onSelection("downloads.retry", selection, (core, selected) =>
  core.downloads.retry(selected),
);
export const downloadsRemove = onSelection("downloads.remove", selection, (core, selected) =>
  core.downloads.remove(selected),
);
