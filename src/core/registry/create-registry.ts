import type { Changes, Database } from "../ports/database.ts";
import { createEmitter } from "../util/events.ts";
import { createEntryMemory } from "./entry-memory.ts";
import { entryStats } from "./entry-stats.ts";
import { createFactsMemory } from "./facts-memory.ts";
import { groupEntries } from "./group-entries.ts";
import type { Facts, Known } from "./known.ts";
import { listEntries } from "./list-entries.ts";
import { createListing } from "./listing.ts";
import { createPresenceMemory } from "./presence-memory.ts";
import { askEach } from "./presence.ts";
import type { Registry } from "./registry.ts";
import { showEntry } from "./show-entry.ts";

/** The database stays its maker's: whoever opened it closes it. */
export function createRegistry(database: Database, facts: Facts): Registry {
  const changed = createEmitter<Changes>();
  const areThere = facts.look?.areThere ?? askEach(facts.files);
  const presence = createPresenceMemory(database, areThere, facts.clock, facts.roots);
  const shown = createFactsMemory(database);
  const entries = createEntryMemory();
  const listing = createListing(database, facts.testingPatterns);
  // Before anyone else hears of it: nothing they ask again is answered from memory.
  database.onRevised(() => {
    shown.forget();
    entries.forget();
    listing.forget();
    presence.forget();
  });
  const known: Known = { ...facts, presence, shown, entries, listing };
  return {
    commit: async (edits) => {
      const commit = await database.commit(edits);
      presence.changed(commit.changes);
      shown.changed(commit.changes);
      entries.changed(commit.changes);
      listing.changed(commit.changes);
      if (commit.changes.length > 0) changed.fire(commit.changes);
      return commit;
    },
    query: (statement, parameters) => database.query(statement, parameters),
    list: (filter) => listEntries(database, known, filter),
    groups: (by, filter) => groupEntries(database, known, by, filter),
    show: (name) => showEntry(database, known, name),
    stats: () => entryStats(database),
    onChange: changed.event,
    onPresence: presence.onNews,
    doubtPresence: () => presence.doubt(),
    readAhead: (pause) => listing.read(pause),
    lookBelow: (paths) => presence.lookBelow(paths),
    get opened() {
      return database.opened;
    },
    onRevised: database.onRevised,
  };
}
