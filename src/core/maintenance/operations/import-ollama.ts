import * as v from "valibot";
import type { KeptBack } from "../../protocol/maintenance.ts";
import { backends } from "../../protocol/models.ts";
import { flag } from "../../registry/columns.ts";
import type { FoundModel, StoreReport } from "../../stores/found.ts";
import { foundFromServer } from "../../stores/found-from-server.ts";
import { type Operation, decidedInSlices } from "../operation.ts";
import type { Survey } from "../plan.ts";
import { type Adopted, adoptInSlices } from "./adopt.ts";
import { off, word } from "./choices.ts";
import { isLogicalOnly } from "./collection.ts";
import type { RowChange } from "./draft.ts";
import { locationOf } from "./entry-of-found.ts";
import { ollamaName } from "./ollama-name.ts";
import { withoutEnd } from "./paths.ts";
import { lockedBack } from "./row-steps.ts";

const options = v.strictObject({
  /** Marks older entries without files that stand for the same models deprecated. */
  deprecatePlaceholders: off,
  backend: v.optional(v.picklist(backends), "ollama"),
  /** What the place is called; where left out, the location the store lies in, else `ollama`. */
  location: v.optional(word),
});
type Options = v.InferOutput<typeof options>;

/** Adds and refreshes what Ollama has: its store, else what its server lists. */
export const importOllama: Operation<Options> = {
  name: "importOllama",
  options,
  backup: true,
  wants: (_options, places) =>
    places.ollama.length === 0
      ? { ollama: true }
      : { stores: places.ollama.map((root) => ({ store: "ollama", root: withoutEnd(root) })) },
  ...decidedInSlices<Options>(function* (survey, { deprecatePlaceholders, backend, location }) {
    const found = reportsOf(survey).map((report) => ({
      ...report,
      models: report.models.map((model) => ({ ...model, backend })),
    }));
    const around = found.map(({ root }) => locationOf(survey, `${root}/blobs`)).find((one) => one !== undefined);
    const adopted = yield* adoptInSlices(found, survey, {
      updateExisting: true,
      includeTesting: true,
      location: location ?? around ?? "ollama",
    });
    const { draft, keptBack, findings } = adopted;
    const held = deprecatePlaceholders ? deprecate(adopted) : [];
    return { steps: yield* draft.stepsInSlices(), keptBack: [...keptBack, ...held], findings };
  }),
};

function reportsOf({ found = [], ollama }: Survey): readonly StoreReport[] {
  if (ollama === undefined) return found;
  const sizes = new Map([...ollama.models].map(([name, { sizeBytes = 0 }]) => [name, sizeBytes]));
  const models: readonly FoundModel[] = foundFromServer(sizes);
  return [...found, { store: "ollama", root: "ollama://", models, problems: [], folders: 0, unchanged: 0, files: 0 }];
}

/** Entries that were made before their models were seen, under other names. */
function deprecate({ draft, collection, names }: Adopted): readonly KeptBack[] {
  const seen = new Map([...names].map(([model, name]) => [model.servedModelId ?? "", name]));
  const keptBack: KeptBack[] = [];
  for (const name of collection.names)
    for (const row of collection.rows(name)) {
      const own = seen.get(ollamaName(row) ?? "");
      if (own === undefined || own === name || row["backend"] !== "ollama") continue;
      if (!isLogicalOnly(row) || flag(row, "deprecated")) continue;
      if (collection.isLocked(name)) {
        keptBack.push(lockedBack(name));
        continue;
      }
      const change: RowChange = { table: "entries", key: String(row["key"]), row: { ...row, deprecated: 1 } };
      draft.put([change]);
    }
  return keptBack;
}
