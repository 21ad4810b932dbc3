import type { Metadata } from "../metadata/metadata.ts";
import type { Maintenance } from "../maintenance/maintenance.ts";
import type { Step } from "../maintenance/plan.ts";
import type { Files } from "../ports/files.ts";
import type { MakeDigest } from "../ports/digest.ts";
import { editTitle, importTitle, promoteTitle } from "../present/deed-titles.ts";
import { fault, isFault } from "../util/faults.ts";
import { checkPatch } from "./check-patch.ts";
import { number, text } from "./columns.ts";
import { editSteps, promoteSteps } from "./edit-steps.ts";
import type { Editing } from "./editing.ts";
import { exportEntries } from "./export-entries.ts";
import { collectImport } from "./import-steps.ts";
import { basisOf, readLayers } from "./layers.ts";
import { lockDigest } from "./lock-digest.ts";
import { personFieldsOf } from "./person-fields.ts";
import type { Registry } from "./registry.ts";
import type { ReadRegistry } from "./registry-file.ts";
import { resolveRole } from "./resolve-role.ts";

export interface EditingParts {
  readonly registry: Registry;
  readonly maintenance: Pick<Maintenance, "perform">;
  readonly metadata: Pick<Metadata, "setPreview">;
  readonly files: Pick<Files, "replace">;
  readonly digest: MakeDigest;
  readonly readRegistry: ReadRegistry;
  /** Those of the settings. */
  readonly roles: readonly string[];
}

export function createEditing(parts: EditingParts): Editing {
  const { registry, maintenance, metadata, files, digest, readRegistry, roles } = parts;
  /** Nothing is kept in the history where nothing changes. */
  const perform = async (
    operation: "edit" | "promote" | "import",
    title: string,
    steps: readonly Step[],
    signal: AbortSignal,
  ): Promise<string | undefined> => {
    signal.throwIfAborted();
    if (steps.length === 0) return undefined;
    const backup = operation === "import";
    const deed = { operation, title, decision: { steps, keptBack: [] }, backup };
    return (await maintenance.perform(deed, signal)).historyId;
  };
  return {
    edit: async (name, patch, basis, signal) => {
      const before = await readLayers(registry, name);
      if (basis !== undefined && basis !== basisOf(before, digest)) throw fault({ code: "stale", what: name });
      const now = personFieldsOf(before.shown);
      const said = checkPatch(patch, roles, now);
      const { preview } = patch;
      const lockedOut = now.locked && said.locked !== false;
      if (lockedOut && preview !== undefined) throw fault({ code: "locked", what: now.displayName, byPerson: true });
      const setPreview = async (): Promise<void> => {
        if (preview !== undefined) await metadata.setPreview(name, preview, signal);
      };
      // A picture that is none is found out before anything else is changed, where a lock does not stand before it.
      if (!now.locked) await setPreview();
      const layers = preview === undefined || now.locked ? before : await readLayers(registry, name);
      const locking = said.locked === true && !now.locked;
      const lock = locking ? lockDigest(await filesOf(registry, name), digest) : undefined;
      const steps = editSteps(layers, said, lock);
      if (lockedOut && steps.length > 0) throw fault({ code: "locked", what: now.displayName, byPerson: true });
      await naming(() => perform("edit", editTitle(now.displayName), steps, signal));
      if (now.locked) await setPreview();
      return registry.show(name);
    },
    promote: async (name, signal) => {
      const layers = await readLayers(registry, name);
      const title = promoteTitle(personFieldsOf(layers.shown).displayName);
      await naming(() => perform("promote", title, promoteSteps(layers), signal));
      return registry.show(name);
    },
    importFrom: async (path, signal) => {
      const { steps, counts } = await collectImport(registry, readRegistry, path, signal);
      const historyId = await naming(() => perform("import", importTitle(path), steps, signal));
      return { ...counts, ...(historyId !== undefined && { historyId }) };
    },
    exportTo: (path, format, filter, signal) => exportEntries({ registry, files }, path, format, filter, signal),
    resolveRole: (role) => resolveRole(registry, roles, role),
  };
}

/** A row that changed between the look and the deed is told by its entry's name. */
async function naming<T>(deed: () => Promise<T>): Promise<T> {
  try {
    return await deed();
  } catch (error) {
    if (!isFault(error, "stale")) throw error;
    throw fault({ code: "stale", what: error.fault.what.replace(/^entries (discovered|curated):/, "") }, error);
  }
}

/** With the digests that were verified, or else computed since over the same bytes. */
async function filesOf(registry: Pick<Registry, "query">, name: string): Promise<Parameters<typeof lockDigest>[0]> {
  const rows = await registry.query(
    `SELECT f.path, f.size_bytes, coalesce(f.sha256, h.sha256) AS sha256 FROM files f
     LEFT JOIN hashes h ON h.path = f.path AND h.size_bytes = f.size_bytes AND h.modified = f.modified
     WHERE f.entry = ?`,
    [name],
  );
  return rows.map((row) => ({
    path: text(row, "path") ?? "",
    sizeBytes: number(row, "size_bytes") ?? 0,
    sha256: text(row, "sha256"),
  }));
}
