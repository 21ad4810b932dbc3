import { config as speak } from "@vscode/l10n";
import * as vscode from "vscode";
import { settingsPage, settingsPageWords } from "../../core/present/settings-page.ts";
import { statsPage, statsPageWords } from "../../core/present/stats-page.ts";
import { createScope } from "../../core/util/scope.ts";
import { createCardDeeds } from "./card-deeds.ts";
import { createCardPages } from "./card-pages.ts";
import { createEntryEditors } from "./entry-editors.ts";
import { openSetting } from "../settings.ts";
import { askModel, exportModels, importModels, promoteModel } from "./exchange.ts";
import { filterFlow, groupFlow } from "./filter-flow.ts";
import { createFormPages } from "./form-pages.ts";
import { fitFlow } from "./fit-flow.ts";
import type { Desk, Library } from "./handlers.ts";
import { exportLockfile, importLockfile } from "./lockfile-flow.ts";
import { askEntries, fetchMetadata, removeMetadata, setPreview } from "./metadata-flow.ts";
import { createOnePage } from "./one-page.ts";
import { probeFlow } from "./probe-flow.ts";
import { updatesFlow } from "./updates-flow.ts";
import { createRolesEditor, resolveRole } from "./roles-editor.ts";

/** @param words of another language: English → its own */
export function createLibrary(desk: Desk, words: Readonly<Record<string, string>> | undefined): Library {
  if (words) speak({ contents: { ...words } });
  const scope = createScope();
  const { ask, look, signal } = desk;
  const editors = scope.use(createEntryEditors(desk));
  const cards = scope.use(
    createCardPages(
      desk,
      createCardDeeds(desk, (name) => editors.open(name)),
    ),
  );
  const forms = scope.use(createFormPages(desk));
  const roles = scope.use(createRolesEditor(desk));
  const stats = scope.use(
    createOnePage(desk, {
      title: vscode.l10n.t("Model Statistics"),
      read: async () => ({
        kind: "stats",
        words: statsPageWords(),
        state: statsPage(await ask("models.stats", {}, signal)),
      }),
      kinds: ["models"],
      intent: async () => undefined,
    }),
  );
  const settings = scope.use(
    createOnePage(desk, {
      title: vscode.l10n.t("Effective Settings"),
      read: async () => {
        const { settings: all } = await ask("config.show", {}, signal);
        return { kind: "settings", words: settingsPageWords(), state: settingsPage(all) };
      },
      kinds: [],
      intent: async (message) => {
        if (message.kind === "setting") await openSetting(message.key);
      },
    }),
  );
  const edit = async (args: readonly unknown[]): Promise<void> => {
    const question = { title: vscode.l10n.t("Edit Model"), none: vscode.l10n.t("There are no models yet.") };
    const entry = await askModel(ask, args, question, signal);
    if (entry) await editors.open(entry.name);
  };
  return {
    handlers: {
      "modelDeck.models.filter": ([given]) => filterFlow(ask, look, given, signal),
      "modelDeck.models.clearFilter": async () => look.setFilter({}),
      "modelDeck.models.groupBy": () => groupFlow(look),
      "modelDeck.models.edit": () => edit([]),
      "modelDeck.row.edit": edit,
      "modelDeck.models.promote": () => promoteModel(desk, []),
      "modelDeck.row.promote": (args) => promoteModel(desk, args),
      "modelDeck.models.import": () => importModels(desk),
      "modelDeck.models.export": () => exportModels(desk),
      "modelDeck.models.stats": async () => stats.show(),
      "modelDeck.roles.edit": async () => roles.showRole(),
      "modelDeck.roles.resolve": () => resolveRole(desk, roles.showRole),
      "modelDeck.config.show": async () => settings.show(),
      "modelDeck.models.fit": () => fitFlow(desk, []),
      "modelDeck.row.fit": (args) => fitFlow(desk, args),
      "modelDeck.models.updates": () => updatesFlow(desk, undefined),
      "modelDeck.models.probe": () => probeFlow(desk, []),
      "modelDeck.metadata.fetch": () => fetchMetadata(desk, undefined),
      "modelDeck.metadata.remove": () => removeMetadata(desk, undefined),
      "modelDeck.metadata.preview": () => setPreview(desk, []),
      "modelDeck.metadata.card": () => cards.open([]),
      "modelDeck.lockfile.export": () => exportLockfile(desk),
      "modelDeck.lockfile.import": () => importLockfile(desk),
      "modelDeck.downloads.form": ([given]) => forms.open(given),
      "modelDeck.row.updates": async (args) => {
        const entries = await askEntries(desk, args, vscode.l10n.t("Look for Updates"));
        if (entries)
          await updatesFlow(
            desk,
            entries.map(({ name }) => name),
          );
      },
      "modelDeck.row.probe": (args) => probeFlow(desk, args),
      "modelDeck.row.fetchMetadata": (args) => fetchMetadata(desk, args),
      "modelDeck.row.removeMetadata": (args) => removeMetadata(desk, args),
      "modelDeck.row.setPreview": (args) => setPreview(desk, args),
      "modelDeck.row.card": (args) => cards.open(args),
    },
    dispose: () => scope.dispose(),
  };
}
