import * as v from "valibot";
import type { Row } from "../../ports/database.ts";
import type { KeptBack } from "../../protocol/maintenance.ts";
import { text } from "../../registry/columns.ts";
import { fault } from "../../util/faults.ts";
import type { Operation } from "../operation.ts";
import type { Survey } from "../plan.ts";
import { backendFilter, folder } from "./choices.ts";
import { collectionOf, isSynthetic, nameOf } from "./collection.ts";
import { isBelow } from "./paths.ts";
import { joined, removeEntries } from "./row-steps.ts";

const options = v.strictObject({
  /** The setting's where left out. */
  weightsRoot: v.optional(folder),
  backend: backendFilter,
});

/** Removes the entries whose real path lies below the weights root; their files stay. */
export const purgeHuggingFace: Operation<v.InferOutput<typeof options>> = {
  name: "purgeHuggingFace",
  options,
  backup: true,
  wants: ({ weightsRoot }) => (weightsRoot === undefined ? {} : { paths: [weightsRoot] }),
  decide: (survey, { weightsRoot = survey.weightsRoot, backend }) => {
    if (weightsRoot === undefined) {
      const problem = "name the folder, or set modelDeck.weightsRoot";
      throw fault({ code: "badArguments", verb: "maintenance.purgeHuggingFace", path: "options.weightsRoot", problem });
    }
    const chosen: Row[] = [];
    const keptBack: KeptBack[] = [];
    for (const row of survey.entries) {
      if (backend !== undefined && row["backend"] !== backend) continue;
      const found = lies(survey, row, weightsRoot);
      if (found === "below") chosen.push(row);
      else if (found !== "elsewhere") keptBack.push({ what: nameOf(row), reason: found.reason });
    }
    return joined([removeEntries(collectionOf(survey), chosen), { steps: [], keptBack }]);
  },
};

/** A reason where it seems to lie below, but nobody can look now. */
function lies(survey: Survey, row: Row, root: string): "below" | "elsewhere" | { readonly reason: string } {
  const path = text(row, "path");
  if (path === undefined || isSynthetic(path)) return "elsewhere";
  const rootFacts = survey.disk.get(root);
  const realRoot = rootFacts !== undefined && "real" in rootFacts ? rootFacts.real : root;
  const seemsBelow = isBelow(path, root) || isBelow(path, realRoot);
  const facts = survey.disk.get(path);
  switch (facts?.kind) {
    case "file":
    case "folder":
    case "link":
      return isBelow(facts.real, realRoot) ? "below" : "elsewhere";
    case "offline":
      return seemsBelow ? { reason: "its drive is not there" } : "elsewhere";
    case "unreadable":
      return seemsBelow ? { reason: facts.reason } : "elsewhere";
    case "absent":
    case undefined:
      return seemsBelow ? "below" : "elsewhere";
  }
}
