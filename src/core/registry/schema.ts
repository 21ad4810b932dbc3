/**
 * The tables, as data: migration n takes a registry of version n to n + 1. Never change one that was released; add one.
 * Every table has one text key; a column is text, integer or real; JSON stands in text columns named `…_json`.
 */
export interface Migration {
  readonly statements: readonly string[];
}

export const migrations: readonly Migration[] = [
  {
    statements: [
      // key is `<layer>:<name>`
      `CREATE TABLE entries (
        key TEXT PRIMARY KEY, name TEXT NOT NULL, layer TEXT NOT NULL, display_name TEXT NOT NULL, family TEXT NOT NULL,
        backend TEXT NOT NULL, format TEXT, quantization TEXT, path TEXT, location TEXT, size_bytes INTEGER,
        proof TEXT NOT NULL, source_provider TEXT, source_reference TEXT, source_revision TEXT, downloaded_at TEXT,
        served_model_id TEXT, deprecated INTEGER NOT NULL, locked INTEGER NOT NULL,
        aliases_json TEXT NOT NULL, roles_json TEXT NOT NULL, role_priority_json TEXT NOT NULL,
        capabilities_json TEXT NOT NULL, metadata_json TEXT NOT NULL
      ) STRICT, WITHOUT ROWID`,
      "CREATE INDEX entries_by_name ON entries (name, layer)",
      "CREATE INDEX entries_by_display ON entries (display_name COLLATE NOCASE, name)",
      // path is absolute; entry is the entry's name
      `CREATE TABLE files (
        path TEXT PRIMARY KEY, entry TEXT, size_bytes INTEGER NOT NULL, modified INTEGER, identity TEXT,
        sha256 TEXT, git_sha1 TEXT, proof TEXT NOT NULL
      ) STRICT, WITHOUT ROWID`,
      "CREATE INDEX files_by_entry ON files (entry)",
      "CREATE INDEX files_by_sha256 ON files (sha256)",
      // key is `<entry>|<name>|<source>`
      `CREATE TABLE characteristics (
        key TEXT PRIMARY KEY, entry TEXT NOT NULL, name TEXT NOT NULL, value_json TEXT NOT NULL, source TEXT NOT NULL,
        confidence REAL NOT NULL
      ) STRICT, WITHOUT ROWID`,
      "CREATE INDEX characteristics_by_entry ON characteristics (entry)",
      // position orders the queue, lower first; body_json is the plan, reason_json a Trouble
      `CREATE TABLE downloads (
        id TEXT PRIMARY KEY, state TEXT NOT NULL, priority INTEGER NOT NULL, position INTEGER NOT NULL,
        added_at TEXT NOT NULL, finished_at TEXT, entry TEXT, body_json TEXT NOT NULL, reason_json TEXT
      ) STRICT, WITHOUT ROWID`,
      // The journal of a switch and the last profile that was ready, by group.
      `CREATE TABLE switches (
        "group" TEXT PRIMARY KEY, state TEXT NOT NULL, body_json TEXT NOT NULL
      ) STRICT, WITHOUT ROWID`,
      // Milliseconds the last load of a profile took, for progress by time.
      `CREATE TABLE loads (
        profile TEXT PRIMARY KEY, took_ms INTEGER NOT NULL, at TEXT NOT NULL
      ) STRICT, WITHOUT ROWID`,
    ],
  },
  {
    statements: [
      // What a person says of an entry and how its back end serves it.
      "ALTER TABLE entries ADD COLUMN backend_config_json TEXT NOT NULL DEFAULT '{}'",
      "ALTER TABLE entries ADD COLUMN extra_args_json TEXT NOT NULL DEFAULT '[]'",
      "ALTER TABLE entries ADD COLUMN notes TEXT",
      "ALTER TABLE entries ADD COLUMN description TEXT",
      // The aggregate digest a lock ties the entry to.
      "ALTER TABLE entries ADD COLUMN lock_sha256 TEXT",
      // Holds all that filters and the order look at, so that a list reads whole rows of its page alone.
      "DROP INDEX entries_by_display",
      `CREATE INDEX entries_listed ON entries (
        display_name COLLATE NOCASE, name, layer, deprecated, backend, family, location, format, quantization, roles_json,
        capabilities_json, source_reference, path, downloaded_at, size_bytes
      )`,
      // What was hashed, and what the file was like then: as long as it is so, the digest holds.
      `CREATE TABLE hashes (
        path TEXT PRIMARY KEY, size_bytes INTEGER NOT NULL, modified INTEGER NOT NULL, identity TEXT NOT NULL,
        sha256 TEXT NOT NULL
      ) STRICT, WITHOUT ROWID`,
      // The index of what was done; its steps lie in the data folder under the same id. origin: what an undo or a redo is of;
      // run: the id of the last undo or redo of it, whose steps hold now.
      `CREATE TABLE history (
        id TEXT PRIMARY KEY, at TEXT NOT NULL, operation TEXT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL,
        schema INTEGER NOT NULL, totals_json TEXT NOT NULL, entries_json TEXT NOT NULL, after_digest TEXT,
        undoable INTEGER NOT NULL, origin TEXT, run TEXT
      ) STRICT, WITHOUT ROWID`,
      "CREATE INDEX history_by_time ON history (at)",
      `CREATE TABLE trash (
        id TEXT PRIMARY KEY, at TEXT NOT NULL, path TEXT NOT NULL, kept TEXT NOT NULL, size_bytes INTEGER NOT NULL,
        history TEXT
      ) STRICT, WITHOUT ROWID`,
    ],
  },
  {
    statements: [
      // Absolute path of the picture that stands for the entry.
      "ALTER TABLE entries ADD COLUMN preview TEXT",
      // All that a filter by characteristic looks at.
      "CREATE INDEX characteristics_by_name ON characteristics (name, entry, source, value_json)",
      // What memory arithmetic needs of an entry (ModelShape).
      "CREATE TABLE shapes (entry TEXT PRIMARY KEY, body_json TEXT NOT NULL) STRICT, WITHOUT ROWID",
      // What loads were seen to take (Footprint); key is model, build, device and how it was loaded.
      `CREATE TABLE footprints (
        key TEXT PRIMARY KEY, model TEXT NOT NULL, at TEXT NOT NULL, body_json TEXT NOT NULL
      ) STRICT, WITHOUT ROWID`,
      "CREATE INDEX footprints_by_model ON footprints (model)",
      // What a running server said of a model; key is model, template and build.
      `CREATE TABLE probes (
        key TEXT PRIMARY KEY, entry TEXT NOT NULL, at TEXT NOT NULL, body_json TEXT NOT NULL
      ) STRICT, WITHOUT ROWID`,
      // Answers of hubs, failures too; key is the provider and what was asked.
      `CREATE TABLE hub_cache (
        key TEXT PRIMARY KEY, at TEXT NOT NULL, etag TEXT, body_json TEXT, failure_json TEXT
      ) STRICT, WITHOUT ROWID`,
    ],
  },
  {
    statements: [
      // What the server of a build says of its flags (HelpFlag[]); build is the runtime and the image's digest, or what the
      // binary is.
      "CREATE TABLE helps (build TEXT PRIMARY KEY, at TEXT NOT NULL, body_json TEXT NOT NULL) STRICT, WITHOUT ROWID",
      // The last benchmark of a profile on a build (BenchmarkResult).
      `CREATE TABLE benchmarks (
        key TEXT PRIMARY KEY, profile TEXT NOT NULL, at TEXT NOT NULL, body_json TEXT NOT NULL
      ) STRICT, WITHOUT ROWID`,
      "CREATE INDEX benchmarks_by_profile ON benchmarks (profile, at)",
    ],
  },
];

/** Table → the name of its key column. */
export const keyColumns: Readonly<Record<string, string>> = {
  entries: "key",
  files: "path",
  characteristics: "key",
  downloads: "id",
  switches: "group",
  loads: "profile",
  hashes: "path",
  history: "id",
  trash: "id",
  shapes: "entry",
  footprints: "key",
  probes: "key",
  hub_cache: "key",
  helps: "build",
  benchmarks: "key",
};
