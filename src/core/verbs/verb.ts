import * as v from "valibot";
import type { Core } from "../core.ts";
import { argumentProblem } from "../util/argument-problem.ts";
import { fault } from "../util/faults.ts";
import { listForObject } from "../util/list-for-object.ts";

/** What a token must be allowed for. */
export type VerbScope = "read" | "infer" | "switch" | "edit" | "admin";
/** Through which doors it may be asked; a verb that takes a path of this machine is not asked through the API. */
export type Door = "palette" | "terminal" | "api" | "agent";

/** One capability. Its arguments and its result are plain JSON. */
export interface Verb {
  readonly name: string;
  /** What it takes: an object's schema, for documents and forms. */
  readonly args: v.GenericSchema;
  readonly scope: VerbScope;
  readonly doors: readonly Door[];
  /** Whether it changes anything. */
  readonly changes: boolean;
  /** @throws FaultError `badArguments` where the arguments do not fit the schema, before anything is done. */
  run(core: Core, args: unknown, signal: AbortSignal): Promise<unknown>;
}

/** Ties the type of the arguments to their schema. */
export function verb<const Schema extends v.GenericSchema>(
  definition: Omit<Verb, "args" | "run"> & {
    readonly args: Schema;
    run(core: Core, args: v.InferOutput<Schema>, signal: AbortSignal): Promise<unknown>;
  },
): Verb {
  return {
    ...definition,
    run: async (core, args, signal) => {
      const wrong = (path: string, problem: string): Error =>
        fault({ code: "badArguments", verb: definition.name, path, problem });
      const list = listForObject(definition.args, args);
      if (list !== undefined) throw wrong(list, "takes an object, not a list");
      const checked = v.safeParse(definition.args, args ?? {});
      if (!checked.success) {
        const [issue] = checked.issues;
        throw wrong(v.getDotPath(issue) ?? "", argumentProblem(issue, definition.args));
      }
      return definition.run(core, checked.output, signal);
    },
  };
}
