import * as v from "valibot";
import type { Row } from "../../ports/database.ts";
import type { KeptBack } from "../../protocol/maintenance.ts";
import { text } from "../../registry/columns.ts";
import type { Operation } from "../operation.ts";
import type { Step, Survey } from "../plan.ts";
import { on, word } from "./choices.ts";
import { collectionOf, nameOf } from "./collection.ts";
import { ollamaName } from "./ollama-name.ts";
import { isBelow } from "./paths.ts";
import { changeRow, lockedBack } from "./row-steps.ts";

const options = v.strictObject({
  setFormat: on,
  /** For entries without a location; where left out, the location the path lies in, else `ollama`. */
  location: v.optional(word),
});
type Options = v.InferOutput<typeof options>;

/** Gives Ollama entries without a path theirs: the blob in the store, or `ollama://name:tag`. */
export const backfillOllamaPaths: Operation<Options> = {
  name: "backfillOllamaPaths",
  options,
  backup: true,
  wants: () => ({ ollama: true }),
  decide: (survey, chosen) => {
    const collection = collectionOf(survey);
    const steps: Step[] = [];
    const keptBack: KeptBack[] = [];
    for (const row of survey.entries) {
      if (row["backend"] !== "ollama" || text(row, "path") !== undefined) continue;
      const model = ollamaName(row);
      if (collection.isLocked(nameOf(row))) keptBack.push(lockedBack(nameOf(row)));
      else if (model === undefined) keptBack.push({ what: nameOf(row), reason: "it does not say its name in Ollama" });
      else steps.push(...changeRow("entries", row, backfilled(survey, row, model, chosen)));
    }
    return { steps, keptBack };
  },
};

function backfilled(survey: Survey, row: Row, model: string, { setFormat, location }: Options): Row {
  const path = survey.ollama?.models.get(model)?.modelBlob ?? `ollama://${model}`;
  const around = survey.locations.find((one) => isBelow(path, one.path))?.name;
  return {
    path,
    ...(setFormat && text(row, "format") === undefined && { format: "gguf" }),
    ...(text(row, "location") === undefined && { location: location ?? around ?? "ollama" }),
  };
}
