import * as vscode from "vscode";
import type { ServingStatus } from "../core/protocol/serving.ts";
import type { Disposable } from "../core/util/events.ts";
import { createScope } from "../core/util/scope.ts";
import type { DeckLink } from "./deck-link.ts";
import type { Reading } from "./reading.ts";

/** A person who types in the settings changes them with every key. */
const QUIET = 800;

/**
 * Opens the deck anew with settings that changed: downloads go on from their journals, servers live on. A switch that
 * is under way is not cut off: it is waited for.
 */
export function watchSettings(link: DeckLink, serving: Reading<ServingStatus>): Disposable {
  const scope = createScope();
  let timer: NodeJS.Timeout | undefined;
  let due = false;
  const settle = (): void => {
    if (!due || serving.value.switching !== undefined) return;
    due = false;
    // What fails at opening is told by watchLink.
    void link.reopen().catch(() => undefined);
  };
  scope.use({ dispose: () => clearTimeout(timer) });
  scope.use(serving.onChange(settle));
  scope.use(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration("modelDeck")) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        due = true;
        settle();
      }, QUIET);
    }),
  );
  return scope;
}
