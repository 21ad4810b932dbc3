import type { DeckEvent } from "../protocol/snapshot.ts";

/** The same news with fewer events: what says no more than that something changed is said once, and last. */
export function mergeEvents(events: readonly DeckEvent[]): readonly DeckEvent[] {
  const merged = new Map<string, DeckEvent>();
  for (const [at, event] of events.entries()) {
    const key = isOneOfMany(event) ? `${event.kind} ${at}` : event.kind;
    const before = merged.get(key);
    merged.delete(key);
    merged.set(key, before?.kind === "models" && event.kind === "models" ? bothOf(before.names, event.names) : event);
  }
  return [...merged.values()];
}

/** No names stand for any. */
const bothOf = (one: readonly string[], other: readonly string[]): DeckEvent => ({
  kind: "models",
  names: one.length === 0 || other.length === 0 ? [] : [...new Set([...one, ...other])],
});

/** Each says something of its own. */
const isOneOfMany = ({ kind }: DeckEvent): boolean => kind === "logs" || kind === "notice" || kind === "newFiles";
