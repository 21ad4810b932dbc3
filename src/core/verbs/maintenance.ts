import * as v from "valibot";
import { fault } from "../util/faults.ts";
import { type Door, verb } from "./verb.ts";

const id = v.pipe(v.string(), v.nonEmpty());
const cursor = v.optional(v.string());
const everywhere: readonly Door[] = ["palette", "terminal", "api"];

export const maintenancePlan = verb({
  name: "maintenance.plan",
  args: v.strictObject({ operation: id, options: v.optional(v.record(v.string(), v.unknown())) }),
  scope: "read",
  doors: everywhere,
  changes: false,
  run: (core, args, signal) => core.maintenance.plan(args.operation, args.options ?? {}, signal),
});

export const maintenanceSteps = verb({
  name: "maintenance.steps",
  args: v.strictObject({ planId: id, cursor }),
  scope: "read",
  doors: everywhere,
  changes: false,
  run: async (core, args) => core.maintenance.steps(args.planId, args.cursor),
});

/** What the window's preview reads, which is the palette's. */
export const maintenanceChanges = verb({
  name: "maintenance.changes",
  args: v.strictObject({
    planId: id,
    cursor,
    limit: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(20_000))),
  }),
  scope: "read",
  doors: ["terminal", "api"],
  changes: false,
  run: (core, args) => core.maintenance.changes(args.planId, args.cursor, args.limit ?? 500),
});

export const maintenanceApply = verb({
  name: "maintenance.apply",
  // The second form plans and applies in one: what a preview's terminal command says.
  args: v.union([
    v.strictObject({ planId: id, confirm: v.optional(v.boolean()) }),
    v.strictObject({
      operation: id,
      options: v.optional(v.record(v.string(), v.unknown())),
      confirm: v.optional(v.boolean()),
    }),
  ]),
  scope: "edit",
  doors: everywhere,
  changes: true,
  run: async ({ maintenance }, args, signal) => {
    if (args.confirm === false)
      throw fault({
        code: "badArguments",
        verb: "maintenance.apply",
        path: "confirm",
        problem: "false applies nothing: say true, or leave it out",
      });
    const planId =
      "planId" in args ? args.planId : (await maintenance.plan(args.operation, args.options ?? {}, signal)).planId;
    return maintenance.apply(planId, args.confirm ?? false, signal);
  },
});

export const historyList = verb({
  name: "history.list",
  args: v.strictObject({ entry: v.optional(id) }),
  scope: "read",
  doors: everywhere,
  changes: false,
  run: async (core, args) => ({ history: await core.maintenance.history(args.entry) }),
});

/** Without `dryRun` the plan is applied at once; with it the plan is the answer. */
const backAndForth = v.strictObject({ id, dryRun: v.optional(v.boolean()) });

export const historyUndo = verb({
  name: "history.undo",
  args: backAndForth,
  scope: "edit",
  doors: everywhere,
  changes: true,
  run: async ({ maintenance }, args, signal) => {
    const plan = await maintenance.planUndo(args.id, signal);
    return args.dryRun === true ? plan : maintenance.apply(plan.planId, true, signal);
  },
});

export const historyRedo = verb({
  name: "history.redo",
  args: backAndForth,
  scope: "edit",
  doors: everywhere,
  changes: true,
  run: async ({ maintenance }, args, signal) => {
    const plan = await maintenance.planRedo(args.id, signal);
    return args.dryRun === true ? plan : maintenance.apply(plan.planId, true, signal);
  },
});

export const backupsList = verb({
  name: "backups.list",
  args: v.strictObject({}),
  scope: "read",
  doors: everywhere,
  changes: false,
  run: async (core) => ({ backups: await core.maintenance.backups() }),
});

export const backupsCreate = verb({
  name: "backups.create",
  args: v.strictObject({}),
  scope: "edit",
  doors: everywhere,
  changes: true,
  run: (core, _args, signal) => core.maintenance.createBackup(undefined, signal),
});

export const backupsRestore = verb({
  name: "backups.restore",
  args: backAndForth,
  scope: "edit",
  doors: everywhere,
  changes: true,
  run: async ({ maintenance }, args, signal) => {
    const plan = await maintenance.planRestore(args.id, signal);
    return args.dryRun === true ? plan : maintenance.apply(plan.planId, true, signal);
  },
});

export const trashList = verb({
  name: "trash.list",
  args: v.strictObject({}),
  scope: "read",
  doors: everywhere,
  changes: false,
  run: async (core) => ({ trash: await core.maintenance.trash() }),
});

export const trashEmpty = verb({
  name: "trash.empty",
  args: v.strictObject({ ids: v.optional(v.array(id)), confirm: v.literal(true) }),
  scope: "admin",
  doors: ["palette", "terminal"],
  changes: true,
  run: async (core, args, signal) => ({ freedBytes: await core.maintenance.emptyTrash(args.ids, signal) }),
});
