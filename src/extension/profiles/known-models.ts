import type { Entry } from "../../core/protocol/models.ts";
import type { Ask } from "../ask.ts";
import { everyEntry } from "../every-entry.ts";

/** What is known of models, and the folder that a path which is not absolute starts from. */
export interface KnownModels {
  readonly entries: readonly Entry[];
  readonly root: string;
}

export const knownModels = async (ask: Ask, root: string, signal: AbortSignal): Promise<KnownModels> => ({
  entries: await everyEntry(ask, { installed: true }, signal),
  root,
});
