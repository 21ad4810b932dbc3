import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { readRegistry } from "../../../src/core/adapters/read-registry.ts";
import type { PerformedDeed } from "../../../src/core/maintenance/maintenance.ts";
import { rowEdit } from "../../../src/core/maintenance/plan.ts";
import type { Database, Row } from "../../../src/core/ports/database.ts";
import { createEditing } from "../../../src/core/registry/create-editing.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import type { Editing } from "../../../src/core/registry/editing.ts";
import { entryEdits } from "../../../src/core/registry/entry-edits.ts";
import type { NewEntry } from "../../../src/core/registry/new-entry.ts";
import type { Registry } from "../../../src/core/registry/registry.ts";
import type { ReadRegistry } from "../../../src/core/registry/registry-file.ts";
import { fault } from "../../../src/core/util/faults.ts";
import { type RegistryFolder, makeRegistryFolder } from "./registry-folder.ts";

export const made = (family: string, more: Partial<NewEntry> = {}): NewEntry => ({
  displayName: family,
  family,
  backend: "llama.cpp",
  format: "gguf",
  proof: "sha256",
  files: [],
  characteristics: [],
  ...more,
});

export interface EditingWorld {
  readonly folder: RegistryFolder;
  readonly database: Database;
  readonly registry: Registry;
  readonly editing: Editing;
  /** What was performed, in order. */
  readonly deeds: PerformedDeed[];
  /** Pictures that were set, in order. */
  readonly pictures: (string | null)[];
  add(...entries: readonly NewEntry[]): Promise<void>;
  rows(): Promise<Readonly<Record<string, Row>>>;
}

export interface EditingOptions {
  /** Before each deed: something that comes in between. */
  readonly perform?: () => Promise<void>;
  /** The real one unless told. */
  readonly readRegistry?: ReadRegistry;
}

export async function openEditing({ perform, ...options }: EditingOptions = {}): Promise<EditingWorld> {
  const folder = await makeRegistryFolder();
  const database = await folder.open();
  const registry = createRegistry(database, {
    files: nodeFiles,
    clock: nodeClock,
    digest: nodeDigest,
    testingPatterns: ["scratch-*"],
  });
  const deeds: PerformedDeed[] = [];
  const pictures: (string | null)[] = [];
  const editing = createEditing({
    registry,
    files: nodeFiles,
    digest: nodeDigest,
    readRegistry: options.readRegistry ?? readRegistry,
    roles: ["chat", "code", "ocr"],
    // What the real one does with the row; its copies and thumbnails have tests of their own.
    metadata: {
      setPreview: async (name, picture) => {
        if (picture?.endsWith(".txt"))
          throw fault({ code: "formatInvalid", what: picture, reason: "it is no picture" });
        const [row] = await registry.query("SELECT * FROM entries WHERE name = ? AND layer = 'discovered'", [name]);
        if (row?.["locked"] === 1) throw fault({ code: "locked", what: name, byPerson: true });
        await registry.commit([{ table: "entries", key: `discovered:${name}`, after: { ...row, preview: picture } }]);
        pictures.push(picture);
      },
    },
    // What the real one does with rows; its journal and history have tests of their own.
    maintenance: {
      perform: async (deed) => {
        await perform?.();
        await registry.commit(deed.decision.steps.flatMap((step) => (step.kind === "row" ? [rowEdit(step)] : [])));
        deeds.push(deed);
        const none = { added: 0, changed: 0, removed: 0, files: 0, freedBytes: 0, trashedBytes: 0, steps: 0 };
        return { historyId: `deed ${deeds.length}`, totals: none };
      },
    },
  });
  return {
    folder,
    database,
    registry,
    editing,
    deeds,
    pictures,
    add: async (...entries) => {
      await registry.commit(entries.flatMap((entry) => entryEdits(entry).edits));
    },
    rows: async () =>
      Object.fromEntries((await registry.query("SELECT * FROM entries")).map((row) => [String(row["key"]), row])),
  };
}
