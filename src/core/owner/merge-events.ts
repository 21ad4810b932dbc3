import type { DeckEvent } from "../protocol/snapshot.ts";

/** The same news with fewer events: what says no more than that something changed is said once, and last. */
export function mergeEvents(events: readonly DeckEvent[]): readonly DeckEvent[] {
  const merged = new Map<string, DeckEvent>();
  for (const [at, event] of events.entries()) {
    const key = isOneOfMany(event) ? `${event.kind} ${at}` : event.kind;
    const before = merged.get(key);
    merged.delete(key);
    const names =
      before?.kind === "models" && event.kind === "models" ? together(before.names, event.names) : undefined;
    merged.set(key, names ? { kind: "models", names } : event);
  }
  return [...merged.values()];
}

/** No name at all means every entry. */
const together = (some: readonly string[], more: readonly string[]): readonly string[] =>
  some.length === 0 || more.length === 0 ? [] : [...new Set([...some, ...more])];

/** Each says something of its own. */
const isOneOfMany = (event: DeckEvent): boolean =>
  event.kind === "logs" ||
  event.kind === "notice" ||
  event.kind === "newFiles" ||
  ((event.kind === "downloads" || event.kind === "progress") && event.change !== undefined);
