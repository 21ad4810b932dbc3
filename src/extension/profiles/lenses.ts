import * as vscode from "vscode";
import type { ServingStatus } from "../../core/protocol/serving.ts";
import { createScope } from "../../core/util/scope.ts";
import type { Disposable } from "../../core/util/events.ts";
import type { Reading } from "../reading.ts";

/** Lenses above the profiles of a file; what they say is loaded with the first file. */
export function createLenses(selector: vscode.DocumentSelector, serving: Reading<ServingStatus>): Disposable {
  const scope = createScope();
  const changed = scope.use(new vscode.EventEmitter<void>());
  scope.use(serving.onChange(() => changed.fire()));
  scope.use(
    vscode.languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: async (document) => {
        const { lensesOf } = await import("./lens-rows.ts");
        return lensesOf(document, serving.value);
      },
    }),
  );
  return scope;
}
