import type * as v from "valibot";
import type { OperationName } from "../protocol/maintenance.ts";
import type { StoreKind } from "../stores/found.ts";
import type { Decision, Survey, SurveyWants } from "./plan.ts";
import { type Slices, finished } from "./slices.ts";

/** One maintenance operation: what it takes, what it must see, and what it decides. One file each. */
export interface Operation<Options = unknown> {
  readonly name: OperationName;
  /** Strict; every option has its documented default. */
  readonly options: v.GenericSchema<unknown, Options>;
  /** Whether a backup is made first unless the options say otherwise. */
  readonly backup: boolean;
  /** @throws FaultError `notFound` for a location nobody has set */
  readonly wants: (options: Options, places: StorePlaces) => SurveyWants;
  /** Pure. */
  readonly decide: (survey: Survey, options: Options) => Decision;
  /** The same decision, of those that go through every row: no loop is held for as long as that takes. */
  readonly slices?: (survey: Survey, options: Options) => Slices<Decision>;
}

/** Decides either way. */
export const decidedInSlices = <Options>(
  slices: (survey: Survey, options: Options) => Slices<Decision>,
): Required<Pick<Operation<Options>, "decide" | "slices">> => ({
  slices,
  decide: (survey, options) => finished(slices(survey, options)),
});

/** Roots of stores where nobody names one, absolute, by kind. */
export type StoreRoots = Readonly<Record<StoreKind, readonly string[]>>;

export interface StorePlaces extends StoreRoots {
  /** Of the settings. */
  readonly locations: readonly { readonly name: string; readonly path: string }[];
}
