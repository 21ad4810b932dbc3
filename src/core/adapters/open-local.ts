import type { Deck } from "../core.ts";
import { createCore } from "../create-core.ts";
import { refuseLockedOnes } from "../downloads/refuse-locked.ts";
import { type SettingOrigins, effectiveSettings } from "../effective-settings.ts";
import { localDeck } from "../local-deck.ts";
import type { Ownership } from "../owner/claim.ts";
import { fenceOf } from "../owner/fence.ts";
import type { Build } from "../owner/handshake.ts";
import type { Log } from "../ports/log.ts";
import type { Secrets } from "../ports/secrets.ts";
import { startNotices } from "../present/notices.ts";
import { keyColumns, migrations } from "../registry/schema.ts";
import type { SettingProblem, SettingReading, Settings } from "../settings.ts";
import type { Event } from "../util/events.ts";
import type { Redactor } from "../util/redact.ts";
import type { NetSettings } from "./choose-proxy.ts";
import { realWorld } from "./real-world.ts";
import { openDatabase } from "./sqljs-database.ts";
import { createWorkerTransfers } from "./worker-transfers.ts";

/** What this process is, whether it owns or follows. */
export interface Window {
  readonly storage: string;
  readonly build: Build;
  readonly redact: Redactor;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly settings: Settings;
  readonly problems: readonly SettingProblem[];
  readonly readings: readonly SettingReading[];
  readonly origins: SettingOrigins | undefined;
  readonly holdsDownloads: boolean;
  readonly network: () => NetSettings;
  readonly onNetworkChanged?: Event<unknown> | undefined;
}

/** The core with the real world under it. What changes that world is fenced: a late owner does nothing. */
export async function openLocal(window: Window, owner: Ownership, secrets: Pick<Secrets, "get">): Promise<Deck> {
  const { storage, build, redact, log, settings, problems, readings, origins, network } = window;
  const { generation, late, file } = owner;
  const fence = fenceOf(owner);
  const undo: (() => Promise<void>)[] = [];
  try {
    const database = await openDatabase({ folder: storage, generation, migrations, keyColumns, log });
    undo.push(() => database.close());
    const transfers = createWorkerTransfers(
      undefined,
      { file, late },
      (job) => refuseLockedOnes({ registry: database }, [], [job.target]),
      () => ({ perHost: settings.downloads.perHost, net: network() }),
      window.onNetworkChanged,
    );
    undo.push(() => transfers.close());
    const world = realWorld({ storage, version: build.version, redact, log, settings, secrets, fence, late, network });
    // No lane, no download.
    const pace = window.holdsDownloads ? { ...settings.downloads, parallel: 0 } : settings.downloads;
    const core = await createCore(
      { ...world, database, transfers, effectiveSettings: effectiveSettings(readings, origins, problems) },
      { ...settings, downloads: pace },
    );
    log.info(`The registry of ${storage} is open, generation ${generation}.`);
    return localDeck(
      core,
      () => startNotices(database.opened, problems),
      () => endAll(undo),
    );
  } catch (error) {
    // What failed first is what is told.
    await endAll(undo).catch(() => undefined);
    throw error;
  }
}

/** In reverse order, each whatever became of the others; throws what was thrown first. */
async function endAll(ends: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const end of ends.toReversed()) await end().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}
