import { withChange } from "../core/downloads/queue-change.ts";
import type { DeckEvent } from "../core/protocol/snapshot.ts";
import type { VerbName, VerbResults } from "./ask.ts";

/** What an event alone makes of an answer that was read before; undefined: the verb has to be asked. */
export type Renewals = {
  readonly [Name in VerbName]?: (value: VerbResults[Name], event: DeckEvent) => VerbResults[Name] | undefined;
};

export const renewals: Renewals = {
  // A row that did not change stays the same object.
  "downloads.list": (value, event) => {
    const { told, downloads } = value;
    const change = event.kind === "downloads" || event.kind === "progress" ? event.change : undefined;
    if (told === undefined || !change) return undefined;
    if (change.to <= told) return value;
    const next = withChange({ downloads, told }, change);
    return next && { downloads: next, queue: change.queue, told: change.to };
  },
};
