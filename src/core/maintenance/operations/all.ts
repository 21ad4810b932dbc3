import * as v from "valibot";
import type { Operation } from "../operation.ts";
import type { Survey } from "../plan.ts";
import { backfillOllamaPaths } from "./backfill-ollama-paths.ts";
import { doctor } from "./doctor.ts";
import { fixMissing } from "./fix-missing.ts";
import { importOllama } from "./import-ollama.ts";
import { importComfyUI, importHuggingFaceCache, importInvokeAI, importLmStudio } from "./import-store.ts";
import { normalize } from "./normalize.ts";
import { pruneDuplicates } from "./prune-duplicates.ts";
import { purgeDeprecated } from "./purge-deprecated.ts";
import { purgeHuggingFace } from "./purge-hugging-face.ts";
import { purgeLogicalOnly } from "./purge-logical-only.ts";
import { relink } from "./relink.ts";
import { remove } from "./remove.ts";
import { resetDiscovered } from "./reset-discovered.ts";
import { restoreOllama } from "./restore-ollama.ts";
import { scan } from "./scan.ts";
import { shareFiles } from "./share-files.ts";
import { tidyFolders } from "./tidy-folders.ts";

/** Takes options of any origin, so that operations of different options fit into one list. */
export const ofAny = <Options>({ slices, ...operation }: Operation<Options>): Operation => ({
  ...operation,
  wants: (options, places) => operation.wants(v.parse(operation.options, options), places),
  decide: (survey, options) => operation.decide(survey, v.parse(operation.options, options)),
  ...(slices && {
    slices: (survey: Survey, options: unknown) => slices(survey, v.parse(operation.options, options)),
  }),
});

export const allOperations: readonly Operation[] = [
  ofAny(scan),
  ofAny(importOllama),
  ofAny(importLmStudio),
  ofAny(importHuggingFaceCache),
  ofAny(importInvokeAI),
  ofAny(importComfyUI),
  ofAny(normalize),
  ofAny(relink),
  ofAny(shareFiles),
  ofAny(doctor),
  ofAny(purgeDeprecated),
  ofAny(purgeLogicalOnly),
  ofAny(purgeHuggingFace),
  ofAny(resetDiscovered),
  ofAny(pruneDuplicates),
  ofAny(restoreOllama),
  ofAny(backfillOllamaPaths),
  ofAny(remove),
  ofAny(tidyFolders),
  ofAny(fixMissing),
];
