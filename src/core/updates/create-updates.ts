import type { HubCache } from "../metadata/hub-cache.ts";
import type { HubClient } from "../ports/hub-client.ts";
import type { Trouble } from "../protocol/downloads.ts";
import type { UpdateReport } from "../protocol/metadata.ts";
import type { Civitai } from "../sources/civitai/civitai.ts";
import { spread } from "../tasks/spread.ts";
import { type CheckParts, checkEntry } from "./check-entry.ts";
import { type ExportParts, exportLockfile } from "./export-lockfile.ts";
import { createHeads } from "./heads.ts";
import { type ImportParts, importLockfile } from "./import-lockfile.ts";
import { type Sourced, readSourced } from "./sourced.ts";
import type { Updates } from "./updates.ts";

export interface UpdateParts extends ExportParts, ImportParts {
  readonly registry: ExportParts["registry"];
  readonly files: ExportParts["files"] & ImportParts["files"];
  readonly client: HubClient;
  readonly civitai: Pick<Civitai, "model">;
  readonly cache: HubCache;
}

/** Entries that are asked about at a time. */
const AT_ONCE = 4;
/** After one of these a hub is asked no more in the same check: every other question would end so too. */
const TIRED: ReadonlySet<string> = new Set(["rateLimited", "network", "timeout"]);

export function createUpdates(parts: UpdateParts): Updates {
  const check: CheckParts = { heads: createHeads(parts.client, parts.cache), civitai: parts.civitai };
  return {
    check: async (names, signal) => {
      const entries = await readSourced(parts.registry, names);
      const reports = new Map<string, UpdateReport>();
      const tired = new Map<Sourced["source"]["kind"], Trouble>();
      await spread(entries, AT_ONCE, async (entry) => {
        signal.throwIfAborted();
        const reason = tired.get(entry.source.kind);
        const report = reason ? unasked(entry, reason) : await checkEntry(check, entry, signal);
        if (report.reason && TIRED.has(report.reason.code)) tired.set(entry.source.kind, report.reason);
        reports.set(entry.name, report);
      });
      return entries.flatMap(({ name }) => reports.get(name) ?? []);
    },
    exportLockfile: (path, signal) => exportLockfile(parts, path, signal),
    importLockfile: (path, signal) => importLockfile(parts, path, signal),
  };
}

function unasked({ name, source }: Sourced, reason: Trouble): UpdateReport {
  const repository = source.kind === "huggingface" ? source.repository : source.kind === "civitai" ? source.page : "";
  return { entry: name, repository, state: "unknown", touches: [], files: [], bytes: 0, reason };
}
