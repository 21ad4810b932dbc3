import * as vscode from "vscode";
import type { Disposable } from "../../core/util/events.ts";
import type { CommandId } from "../contributions.ts";
import { type LibraryCommandId, libraryCommands } from "../contributions/library-commands.ts";
import { createPart } from "../part.ts";
import type { Desk, Library } from "./handlers.ts";

/** Pages and pickers over the collection; a bundle of its own, loaded with the first that is asked for. */
export interface LibraryShell extends Disposable {
  owns(id: CommandId): id is LibraryCommandId;
  run(id: LibraryCommandId, args: readonly unknown[]): Promise<unknown>;
}

export function createLibraryShell(desk: Desk): LibraryShell {
  const library = createPart(async (): Promise<Library> => {
    const { createLibrary } = await import("./library.ts");
    // It has words of its own to be told.
    return createLibrary(desk, vscode.l10n.bundle);
  });
  return {
    owns: (id): id is LibraryCommandId => libraryCommands.some((one) => one === id),
    run: async (id, args) => {
      if (id === "modelDeck.models.clearFilter") return desk.look.setFilter({});
      return (await library.get()).handlers[id](args);
    },
    dispose: () => library.dispose(),
  };
}
