import * as vscode from "vscode";
import type { Disposable } from "../../core/util/events.ts";
import { createScope } from "../../core/util/scope.ts";
import type { CommandId } from "../contributions.ts";
import { type ProfileCommandId, profileCommands } from "../contributions/profile-commands.ts";
import { createPart } from "../part.ts";
import { modelFolders, storageFolder } from "../settings.ts";
import { diagnoseProfiles } from "./diagnose.ts";
import type { ProfileDesk, ProfileStage } from "./handlers.ts";
import { createLenses } from "./lenses.ts";
import { knownModels } from "./known-models.ts";
import { watchProfileFiles } from "./watch-files.ts";

/** Everything about files of profiles; its flows and its help are bundles of their own, loaded when first asked for. */
export interface ProfileShell extends Disposable {
  owns(id: CommandId): id is ProfileCommandId;
  run(id: ProfileCommandId, args: readonly unknown[]): Promise<unknown>;
}

const selector: vscode.DocumentSelector = [
  { scheme: "file", pattern: "**/models.conf" },
  { scheme: "file", pattern: "**/modeldeck.{yaml,yml}" },
];

export function createProfileShell(stage: ProfileStage): ProfileShell {
  const scope = createScope();
  const flows = scope.use(
    createPart(async (): Promise<ProfileDesk> => {
      const { createProfileFlows } = await import("./profile-flows.ts");
      return createProfileFlows(stage, vscode.l10n.bundle);
    }),
  );
  const known = () => knownModels(stage.ask, modelFolders()[0]?.path ?? "/", stage.signal);
  const help = () => import("./profile-help.ts");
  scope.use(createLenses(selector, stage.serving));
  scope.use(
    vscode.languages.registerCompletionItemProvider(
      selector,
      {
        provideCompletionItems: async (document, position) => (await help()).completeProfile(document, position, known),
      },
      // What a model's path begins with, and what parts it.
      "=",
      "/",
    ),
  );
  scope.use(
    vscode.languages.registerHoverProvider(selector, {
      provideHover: async (document, position) => (await help()).hoverProfile(document, position),
    }),
  );
  const onError = (error: unknown): void => stage.warn(`a file of profiles could not be judged: ${String(error)}`);
  scope.use(diagnoseProfiles({ ...stage, selector, onError }));
  scope.use(watchProfileFiles({ ...stage, storage: storageFolder, onError }));
  return {
    owns: (id): id is ProfileCommandId => profileCommands.some((one) => one === id),
    run: async (id, args) => (await flows.get()).handlers[id](args),
    dispose: () => scope.dispose(),
  };
}
