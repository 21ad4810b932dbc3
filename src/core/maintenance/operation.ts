import type * as v from "valibot";
import type { OperationName } from "../protocol/maintenance.ts";
import type { Decision, Survey, SurveyWants } from "./plan.ts";

/** One maintenance operation: what it takes, what it must see, and what it decides. One file each. */
export interface Operation<Options = unknown> {
  readonly name: OperationName;
  /** Strict; every option has its documented default. */
  readonly options: v.GenericSchema<unknown, Options>;
  /** Whether a backup is made first unless the options say otherwise. */
  readonly backup: boolean;
  readonly wants: (options: Options) => SurveyWants;
  /** Pure. */
  readonly decide: (survey: Survey, options: Options) => Decision;
}
