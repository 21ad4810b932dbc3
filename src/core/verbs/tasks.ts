import * as v from "valibot";
import { taskKinds, taskStates } from "../protocol/tasks.ts";
import { onSelection } from "./on-selection.ts";
import { verb } from "./verb.ts";

const id = v.pipe(v.string(), v.nonEmpty());
const kind = v.optional(v.picklist(taskKinds));

export const tasksList = verb({
  name: "tasks.list",
  args: v.strictObject({ kind, state: v.optional(v.picklist(taskStates)) }),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: async (core, args) => ({ tasks: core.tasks.list(args) }),
});

const selection = v.union([
  v.strictObject({ ids: v.pipe(v.array(id), v.minLength(1)) }),
  v.strictObject({ all: v.literal(true), kind: v.exactOptional(v.picklist(taskKinds)) }),
]);

export const tasksPause = onSelection("tasks.pause", selection, (core, selected) => core.tasks.pause(selected));
export const tasksResume = onSelection("tasks.resume", selection, (core, selected) => core.tasks.resume(selected));
export const tasksCancel = onSelection("tasks.cancel", selection, (core, selected) => core.tasks.cancel(selected));
export const tasksRetry = onSelection("tasks.retry", selection, (core, selected) => core.tasks.retry(selected));
export const tasksRemove = onSelection("tasks.remove", selection, (core, selected) => core.tasks.remove(selected));

export const tasksMove = verb({
  name: "tasks.move",
  args: v.union([
    v.strictObject({ id, to: v.picklist(["top", "up", "down", "bottom"]) }),
    v.strictObject({ id, before: v.nullable(id) }),
    v.strictObject({ id, priority: v.pipe(v.number(), v.safeInteger()) }),
  ]),
  scope: "edit",
  doors: ["palette", "terminal", "api"],
  changes: true,
  run: async (core, args) => {
    await core.tasks.move(args.id, "to" in args ? args.to : args);
    return { tasks: core.tasks.list({}) };
  },
});

export const tasksClear = verb({
  name: "tasks.clear",
  args: v.strictObject({ state: v.picklist(["done", "failed", "cancelled", "all"]), kind }),
  scope: "edit",
  doors: ["palette", "terminal", "api"],
  changes: true,
  run: async (core, args) => ({ cleared: await core.tasks.clear(args.state, args.kind) }),
});

export const maintenanceVerify = verb({
  name: "maintenance.verify",
  args: v.strictObject({ names: v.optional(v.array(id)) }),
  scope: "read",
  doors: ["palette", "terminal", "api"],
  changes: true,
  run: async (core, args) => ({ id: await core.verifier.verify(args.names) }),
});
