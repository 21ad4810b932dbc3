import type * as v from "valibot";
import type { Core } from "../core.ts";
import { type Verb, verb } from "./verb.ts";

/** A deed on what is selected; the answer names those it was done to. */
export const onSelection = <Selection extends v.GenericSchema>(
  name: string,
  selection: Selection,
  deed: (core: Core, selected: v.InferOutput<Selection>) => Promise<readonly string[]>,
): Verb =>
  verb({
    name,
    args: selection,
    scope: "edit",
    doors: ["palette", "terminal", "api"],
    changes: true,
    run: async (core, selected) => ({ ids: await deed(core, selected) }),
  });
