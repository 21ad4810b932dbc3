import { config as speak } from "@vscode/l10n";
import path from "node:path";
import { nodeClock } from "./adapters/node-clock.ts";
import { callOwner } from "./adapters/owner-call.ts";
import { claimOwnership } from "./adapters/owner-claim.ts";
import { type Reception, receive } from "./adapters/owner-reception.ts";
import { secretsInMemory } from "./adapters/secrets-in-memory.ts";
import { openDatabase } from "./adapters/sqljs-database.ts";
import { realWorld } from "./adapters/real-world.ts";
import { createWorkerTransfers } from "./adapters/worker-transfers.ts";
import type { Deck } from "./core.ts";
import { createCore } from "./create-core.ts";
import { refuseLockedOnes } from "./downloads/refuse-locked.ts";
import { type SettingOrigins, effectiveSettings } from "./effective-settings.ts";
import { localDeck } from "./local-deck.ts";
import type { Ownership } from "./owner/claim.ts";
import { settingsNotice } from "./owner/differing-settings.ts";
import { fenceOf } from "./owner/fence.ts";
import { followerSeat } from "./owner/follower-seat.ts";
import { type Build, WIRE } from "./owner/handshake.ts";
import { joinDeck } from "./owner/joined-deck.ts";
import { type OwnerSeat, ownerSeat } from "./owner/owner-seat.ts";
import type { Ending, Seat } from "./owner/seat.ts";
import { type SeekParts, seekSeat } from "./owner/seek-seat.ts";
import { serveWindows } from "./owner/serve-windows.ts";
import { createWindowSecrets } from "./owner/window-secrets.ts";
import type { Log } from "./ports/log.ts";
import type { Secrets } from "./ports/secrets.ts";
import { faultWords } from "./present/fault-words.ts";
import { startNotices } from "./present/notices.ts";
import { keyColumns, migrations } from "./registry/schema.ts";
import { type SettingProblem, type SettingReading, type Settings, readSettings } from "./settings.ts";
import type { Event } from "./util/events.ts";
import { isFault } from "./util/faults.ts";
import { type Redactor, createRedactor } from "./util/redact.ts";
import { type LogSink, redactedLog } from "./util/redacted-log.ts";

export interface DeckOptions {
  /** Absolute: the data folder, made where it is absent. */
  readonly storage: string;
  /** Keys of contract.md's settings without the prefix `modelDeck.`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Who set each of them, by key; where it is left out, whatever is given counts as given. */
  readonly origins?: SettingOrigins;
  /** Kept in memory where none is given. */
  readonly secrets?: Secrets;
  /** Names of secrets that were set or removed from outside; an owner that holds one asks again. */
  readonly onSecretChanged?: Event<string>;
  /** Told every line, redacted; silent where none is given. */
  readonly log?: LogSink | Log;
  /** Words of another language: English → its own. */
  readonly words?: Readonly<Record<string, string>>;
  /** Of the extension, told to other processes. */
  readonly version?: string;
}

/**
 * The deck of the data folder: one process owns it, with the real world under it, and all others follow that one. Which
 * this is shows only in the log; where the owner goes, another takes over by itself.
 * Rejects with `versionSkew` where a later release wrote the folder, or the owner's is another that cannot let go, and
 * with disk faults; nothing is held then.
 */
export async function openDeck(options: DeckOptions): Promise<Deck> {
  if (options.words) speak({ contents: { ...options.words } });
  try {
    return await join(options);
  } catch (error) {
    putInWords(error);
    throw error;
  }
}

async function join({ storage: given, settings: values = {}, version = "", ...options }: DeckOptions): Promise<Deck> {
  const redact = createRedactor();
  const storage = path.resolve(given);
  const window: Window = {
    storage,
    build: { version, wire: WIRE },
    redact,
    log: redactedLog(sinkOf(options.log), redact),
    secrets: watchedSecrets(options.secrets ?? secretsInMemory(), redact),
    origins: options.origins,
    ...readSettings(values, storage),
  };
  const { settings, secrets, log } = window;
  const parts: SeekParts = {
    claim: (over) => own(window, over),
    call: () => callOwner(storage, window.build),
    follow: (line) => followerSeat(line, nodeClock, secrets, settingsNotice({ ...settings }, line.settings)),
    clock: nodeClock,
  };
  const seek = async (before: Ending | undefined, signal: AbortSignal): Promise<Seat> => {
    try {
      return await seekSeat(parts, before, signal);
    } catch (error) {
      putInWords(error);
      throw error;
    }
  };
  const deck = await joinDeck(seek, { clock: nodeClock, log });
  const subscription = options.onSecretChanged?.((name) => deck.seat()?.secretChanged(name));
  return {
    ...deck,
    close: () => {
      subscription?.dispose();
      return deck.close();
    },
  };
}

/** What this process is, whether it owns or follows. */
interface Window {
  readonly storage: string;
  readonly build: Build;
  readonly redact: Redactor;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly settings: Settings;
  readonly problems: readonly SettingProblem[];
  readonly readings: readonly SettingReading[];
  readonly origins: SettingOrigins | undefined;
}

/** undefined while another owns. */
async function own(window: Window, over: number | undefined): Promise<Seat | undefined> {
  const { storage, build, redact, log, settings } = window;
  const reception = Promise.withResolvers<Reception>();
  let ownership: Ownership;
  try {
    ownership = await claimOwnership({
      folder: storage,
      version: build.version,
      over,
      onCaller: (caller) => void reception.promise.then((ready) => receive(ready, caller)),
    });
  } catch (error) {
    if (isFault(error, "locked")) return undefined;
    throw error;
  }
  // Those who follow are let in while the registry is being opened, and wait for it as we do.
  const opening = Promise.withResolvers<OwnerSeat>();
  const deck = opening.promise.then((seat) => seat.deck);
  const desk = serveWindows(deck, redact, (name) => secrets.forget(name));
  const secrets = createWindowSecrets(window.secrets, desk.windows, redact);
  reception.resolve({
    folder: storage,
    build,
    settings: { ...settings },
    onLine: desk.accept,
    onYield: () => void opening.promise.then((seat) => seat.yield()).catch(() => undefined),
  });
  try {
    const local = await openLocal(window, ownership, secrets);
    const forget = (name: string): void => secrets.forget(name);
    const seat = ownerSeat({ ownership, deck: local, desk, clock: nodeClock, log, forget });
    opening.resolve(seat);
    return seat;
  } catch (error) {
    opening.reject(error);
    await deck.catch(() => undefined);
    desk.close();
    await ownership.release();
    throw error;
  }
}

/** The core with the real world under it. What changes that world is fenced: a late owner does nothing. */
async function openLocal(
  { storage, build, redact, log, settings, problems, readings, origins }: Window,
  owner: Ownership,
  secrets: Pick<Secrets, "get">,
): Promise<Deck> {
  const { generation, late, file } = owner;
  const fence = fenceOf(owner);
  const undo: (() => Promise<void>)[] = [];
  try {
    const database = await openDatabase({ folder: storage, generation, migrations, keyColumns, log });
    undo.push(() => database.close());
    const transfers = createWorkerTransfers(undefined, { file, late }, (job) =>
      refuseLockedOnes({ registry: database }, [], [job.target]),
    );
    undo.push(() => transfers.close());
    const world = realWorld({ storage, version: build.version, redact, log, settings, secrets, fence, late });
    const core = await createCore(
      { ...world, database, transfers, effectiveSettings: effectiveSettings(readings, origins, problems) },
      settings,
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

function putInWords(error: unknown): void {
  if (isFault(error)) error.message = faultWords(error.fault).message;
}

/** In reverse order, each whatever became of the others; throws what was thrown first. */
async function endAll(ends: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const end of ends.toReversed()) await end().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

/** Every secret that is read or set is known to the redactor before anyone can tell it. */
function watchedSecrets(secrets: Secrets, redact: Redactor): Secrets {
  return {
    get: async (name) => {
      const secret = await secrets.get(name);
      if (secret !== undefined) redact.learn(secret);
      return secret;
    },
    set: async (name, value) => {
      redact.learn(value);
      await secrets.set(name, value);
    },
    delete: (name) => secrets.delete(name),
  };
}

function sinkOf(log: DeckOptions["log"]): LogSink {
  if (log === undefined) return () => undefined;
  return typeof log === "function" ? log : (level, line) => log[level](line);
}
