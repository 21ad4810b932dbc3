import * as v from "valibot";
import type { OperationName } from "../../protocol/maintenance.ts";
import type { StoreKind } from "../../stores/found.ts";
import { type Operation, decidedInSlices } from "../operation.ts";
import { adopt } from "./adopt.ts";
import { folder, off } from "./choices.ts";
import { withoutEnd } from "./paths.ts";

const options = v.strictObject({
  /** Where the program keeps its models; where it usually does where left out. */
  root: v.optional(folder),
  updateExisting: off,
});

type Options = v.InferOutput<typeof options>;

/** Adds what another program's database, manifest or layout lists; nothing is copied. */
const importStore = (name: OperationName, store: StoreKind): Operation<Options> => ({
  name,
  options,
  backup: true,
  wants: ({ root }, places) => ({
    stores: (root === undefined ? places[store] : [root]).map((one) => ({ store, root: withoutEnd(one) })),
  }),
  // What that program lists is what a person asked for.
  ...decidedInSlices<Options>((survey, { updateExisting }) =>
    adopt(survey.found ?? [], survey, { updateExisting, includeTesting: true }),
  ),
});

export const importLmStudio = importStore("importLmStudio", "lmstudio");
export const importHuggingFaceCache = importStore("importHuggingFaceCache", "huggingface");
export const importInvokeAI = importStore("importInvokeAI", "invokeai");
export const importComfyUI = importStore("importComfyUI", "comfyui");
