import * as v from "valibot";
import { millis } from "../util/ids.ts";
import { verb } from "./verb.ts";

const id = v.pipe(v.string(), v.trim(), v.nonEmpty());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** Of one load. */
export const overrides = v.strictObject({
  context: v.optional(count),
  gpuLayers: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  cacheType: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9_]+$/, "takes a type as q8_0"))),
  // No system hands that to a program: told before the old server stops.
  args: v.optional(
    v.array(
      v.pipe(
        v.string(),
        v.check((arg) => !arg.includes("\0"), "an argument holds no zero byte"),
      ),
    ),
  ),
});

export const profilesList = verb({
  name: "profiles.list",
  args: v.strictObject({}),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: (core, _args, signal) => core.profiles.list(signal),
});

export const servingSwitch = verb({
  name: "serving.switch",
  args: v.strictObject({
    profile: id,
    overrides: v.optional(overrides),
    wait: v.optional(v.boolean()),
    timeoutMs: v.optional(count),
    onBusy: v.optional(v.picklist(["fail", "queue", "replace"])),
    force: v.optional(v.boolean()),
    /** What does not fit as it is asked for: `warn` (as without it) says so in the result, `refuse` is a fault before anything stops. */
    onUnfit: v.optional(v.picklist(["warn", "refuse"])),
  }),
  scope: "switch",
  doors: ["palette", "terminal", "api", "agent"],
  changes: true,
  run: (core, { timeoutMs, ...request }, signal) =>
    core.serving.switchTo(timeoutMs === undefined ? request : { ...request, timeout: millis(timeoutMs) }, signal),
});

export const servingStop = verb({
  name: "serving.stop",
  args: v.strictObject({ server: v.optional(id) }),
  scope: "switch",
  doors: ["palette", "terminal", "api", "agent"],
  changes: true,
  run: (core, args, signal) => core.serving.stop(args.server, signal),
});

export const servingRestart = verb({
  name: "serving.restart",
  /** `onUnfit`: as of a switch, where the profile was changed since it was served. */
  args: v.strictObject({ server: v.optional(id), onUnfit: v.optional(v.picklist(["warn", "refuse"])) }),
  scope: "switch",
  doors: ["palette", "terminal", "api"],
  changes: true,
  run: (core, args, signal) => core.serving.restart(args.server, { onUnfit: args.onUnfit }, signal),
});

export const servingCancel = verb({
  name: "serving.cancel",
  args: v.strictObject({ server: v.optional(id) }),
  scope: "switch",
  doors: ["palette", "terminal", "api"],
  changes: true,
  run: async (core, args) => {
    core.serving.cancel(args.server);
    return core.serving.status();
  },
});

/** Frees everything, whoever asked for it. */
export const servingUnloadAll = verb({
  name: "serving.unloadAll",
  args: v.strictObject({}),
  scope: "switch",
  doors: ["palette", "terminal", "api"],
  changes: true,
  run: (core, _args, signal) => core.serving.stop(undefined, signal),
});

export const servingStatus = verb({
  name: "serving.status",
  /**
   * `watch`: with figures of what servers take and do; who goes on looking asks again within ten seconds.
   * `settled`: only once what an earlier start left running was looked for.
   */
  args: v.strictObject({ watch: v.optional(v.boolean()), settled: v.optional(v.boolean()) }),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: async (core, { watch, settled }, signal) => {
    if (settled === true) await core.servingSettled();
    if (watch === true) await core.metrics.watch(signal);
    const metrics = core.metrics.read();
    const status = core.serving.status();
    return {
      ...status,
      servers: status.servers.map((server) => {
        const figures = metrics.get(server.server);
        return figures ? { ...server, metrics: figures } : server;
      }),
    };
  },
});

export const servingLogs = verb({
  name: "serving.logs",
  args: v.strictObject({
    server: v.optional(id),
    lines: v.optional(count),
    since: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  }),
  scope: "read",
  doors: ["palette", "terminal", "api"],
  changes: false,
  run: async (core, args) => core.serving.logs(args),
});
