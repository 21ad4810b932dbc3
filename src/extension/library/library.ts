import { config as speak } from "@vscode/l10n";
import { createScope } from "../../core/util/scope.ts";
import { exportModels, importModels, promoteModel } from "./exchange.ts";
import { filterFlow, groupFlow } from "./filter-flow.ts";
import type { Desk, Library } from "./handlers.ts";

/** @param words of another language: English → its own */
export function createLibrary(desk: Desk, words: Readonly<Record<string, string>> | undefined): Library {
  if (words) speak({ contents: { ...words } });
  const scope = createScope();
  const { ask, look, signal } = desk;
  return {
    handlers: {
      "modelDeck.models.filter": ([given]) => filterFlow(ask, look, given, signal),
      "modelDeck.models.clearFilter": async () => look.setFilter({}),
      "modelDeck.models.groupBy": () => groupFlow(look),
      "modelDeck.models.promote": () => promoteModel(desk, []),
      "modelDeck.row.promote": (args) => promoteModel(desk, args),
      "modelDeck.models.import": () => importModels(desk),
      "modelDeck.models.export": () => exportModels(desk),
    },
    dispose: () => scope.dispose(),
  };
}
