import type { Change, Database } from "../ports/database.ts";
import { createEmitter } from "../util/events.ts";
import { entryStats } from "./entry-stats.ts";
import { groupEntries } from "./group-entries.ts";
import { type Facts, listEntries } from "./list-entries.ts";
import type { Registry } from "./registry.ts";
import { showEntry } from "./show-entry.ts";

/** The database stays its maker's: whoever opened it closes it. */
export function createRegistry(database: Database, facts: Facts): Registry {
  const changed = createEmitter<readonly Change[]>();
  return {
    commit: async (edits) => {
      const commit = await database.commit(edits);
      if (commit.changes.length > 0) changed.fire(commit.changes);
      return commit;
    },
    query: (statement, parameters) => database.query(statement, parameters),
    list: (filter) => listEntries(database, facts, filter),
    groups: (by, filter) => groupEntries(database, facts, by, filter),
    show: (name) => showEntry(database, facts, name),
    stats: () => entryStats(database),
    onChange: changed.event,
    opened: database.opened,
  };
}
