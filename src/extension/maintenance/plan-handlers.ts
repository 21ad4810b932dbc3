import * as vscode from "vscode";
import { operationWords } from "../../core/present/plan-words.ts";
import { operations } from "../../core/protocol/maintenance.ts";
import type { MaintenanceCommandId } from "../contributions/maintenance-commands.ts";
import { pickOne } from "../pick.ts";
import { mendFlow } from "./operation-flow.ts";
import type { Handlers, Workshop } from "./handlers.ts";
import type { PreviewPage } from "./previews.ts";
import { askModels } from "./questions.ts";

type PlanCommandId = Extract<MaintenanceCommandId, `modelDeck.maintenance.${string}` | `modelDeck.preview.${string}`>;

/** Operations, their plans and previews. */
export function planHandlers({ ask, previews, planner, checks, flow, signal }: Workshop): Handlers<PlanCommandId> {
  const pickOperation = async (): Promise<void> => {
    const operation = await pickOne(
      {
        title: vscode.l10n.t("Maintenance"),
        placeholder: vscode.l10n.t("What to do: a preview comes first"),
        none: "",
      },
      operations.map((name) => ({ value: name, label: operationWords(name) })),
    );
    if (operation !== undefined) await flow(operation);
  };
  /** The page in front, else one of those that are open. */
  const pickPage = async (uri: unknown): Promise<PreviewPage | undefined> =>
    previews.at(uri) ??
    pickOne(
      {
        title: vscode.l10n.t("Plans"),
        placeholder: vscode.l10n.t("Which plan"),
        none: vscode.l10n.t("No plan is open."),
      },
      previews.all.map((page) => ({ value: page, label: page.title })),
    );
  return {
    "modelDeck.maintenance.scan": () => flow("scan"),
    "modelDeck.maintenance.importOllama": () => flow("importOllama"),
    "modelDeck.maintenance.importLmStudio": () => flow("importLmStudio"),
    "modelDeck.maintenance.importHuggingFaceCache": () => flow("importHuggingFaceCache"),
    "modelDeck.maintenance.importInvokeAI": () => flow("importInvokeAI"),
    "modelDeck.maintenance.importComfyUI": () => flow("importComfyUI"),
    "modelDeck.maintenance.normalize": () => flow("normalize"),
    "modelDeck.maintenance.relink": () => flow("relink"),
    "modelDeck.maintenance.shareFiles": () => flow("shareFiles"),
    "modelDeck.maintenance.doctor": () => flow("doctor"),
    "modelDeck.maintenance.purgeDeprecated": () => flow("purgeDeprecated"),
    "modelDeck.maintenance.purgeLogicalOnly": () => flow("purgeLogicalOnly"),
    "modelDeck.maintenance.purgeHuggingFace": () => flow("purgeHuggingFace"),
    "modelDeck.maintenance.resetDiscovered": () => flow("resetDiscovered"),
    "modelDeck.maintenance.pruneDuplicates": () => flow("pruneDuplicates"),
    "modelDeck.maintenance.restoreOllama": () => flow("restoreOllama"),
    "modelDeck.maintenance.backfillOllamaPaths": () => flow("backfillOllamaPaths"),
    "modelDeck.maintenance.remove": () => flow("remove"),
    "modelDeck.maintenance.tidyFolders": () => flow("tidyFolders"),
    "modelDeck.maintenance.fixMissing": () => flow("fixMissing"),
    "modelDeck.maintenance.plan": pickOperation,
    "modelDeck.maintenance.steps": async ([uri]) => {
      const page = await pickPage(uri);
      if (page) await previews.show(page);
    },
    "modelDeck.maintenance.apply": async ([uri]) => {
      const page = await pickPage(uri);
      if (page) await planner.apply(page);
    },
    "modelDeck.maintenance.verify": async () => {
      const names = await askModels(ask, signal);
      if (names) await checks.start(names === "all" ? undefined : names);
    },
    "modelDeck.preview.apply": async ([uri]) => {
      const page = previews.at(uri);
      if (page) await planner.apply(page);
    },
    "modelDeck.preview.cancel": async ([uri]) => {
      const page = previews.at(uri);
      if (page) await previews.close(page);
    },
    "modelDeck.preview.fix": async ([uri]) => {
      const offer = previews.at(uri)?.offer;
      if (offer?.kind === "fix") await flow("fixMissing", { task: offer.task });
    },
    "modelDeck.preview.mend": async ([uri]) => {
      const page = previews.at(uri);
      if (page) await mendFlow(page, { ask, planner });
    },
  };
}
