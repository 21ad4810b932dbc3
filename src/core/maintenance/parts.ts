import type { Archives } from "../ports/archives.ts";
import type { Clock } from "../ports/clock.ts";
import type { MakeDigest } from "../ports/digest.ts";
import type { DiskLook } from "../ports/disk-look.ts";
import type { Hasher } from "../ports/hasher.ts";
import type { Scanner } from "../ports/scanner.ts";
import type { Thumbprint } from "../ports/thumbprint.ts";
import type { Files } from "../ports/files.ts";
import type { Links } from "../ports/links.ts";
import type { Log } from "../ports/log.ts";
import type { Moves } from "../ports/moves.ts";
import type { Random } from "../ports/random.ts";
import type { HistoryRow } from "../protocol/maintenance.ts";
import type { Registry } from "../registry/registry.ts";
import type { Settings } from "../settings.ts";
import type { Operation, StoreRoots } from "./operation.ts";
import type { OllamaFacts } from "./plan.ts";
import type { ScanTasks } from "./scan-tasks.ts";

export interface MaintenanceParts {
  readonly registry: Pick<Registry, "query" | "commit">;
  readonly files: Pick<Files, "stat" | "list" | "readText" | "replace" | "remove">;
  readonly look: DiskLook;
  readonly moves: Moves;
  readonly links: Links;
  readonly archives: Archives;
  readonly clock: Pick<Clock, "now" | "wall" | "sleep">;
  readonly random: Pick<Random, "id">;
  readonly digest: MakeDigest;
  readonly scanner: Pick<Scanner, "scan" | "heads" | "ofSizes">;
  readonly hasher: Pick<Hasher, "lanes" | "start">;
  readonly thumbprint: Thumbprint;
  /** Where a plan that reads stores or files shows while it is made. */
  readonly scans: Pick<ScanTasks, "run">;
  readonly log: Log;
  /** Absolute: the data folder. */
  readonly storage: string;
  /** Of the registry: how many migrations it has gone through. */
  readonly schema: number;
  readonly settings: Pick<
    Settings,
    "locations" | "weightsRoot" | "testingPatterns" | "comfyui" | "invokeai" | "history" | "backups" | "trash"
  >;
  readonly operations: readonly Operation[];
  /** What the history calls it. */
  readonly titleOf: (operation: HistoryRow["operation"]) => string;
  /** Where stores are looked for when nobody names a place: only roots that are there. */
  readonly places: (signal: AbortSignal) => Promise<StoreRoots>;
  /** undefined where there is no Ollama store. */
  readonly readOllama: (signal: AbortSignal) => Promise<OllamaFacts | undefined>;
  /** Idempotent: a model that is not there counts as deleted. */
  readonly deleteOllama: (model: string, signal: AbortSignal) => Promise<void>;
}
