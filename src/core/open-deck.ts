import { config as speak } from "@vscode/l10n";
import path from "node:path";
import { DEFAULT_NET, type NetSettings } from "./adapters/choose-proxy.ts";
import { keepSettings } from "./adapters/kept-settings.ts";
import { type Window, openLocal } from "./adapters/open-local.ts";
import { nodeClock } from "./adapters/node-clock.ts";
import { callOwner } from "./adapters/owner-call.ts";
import { claimOwnership } from "./adapters/owner-claim.ts";
import { type Reception, receive } from "./adapters/owner-reception.ts";
import { secretsInMemory } from "./adapters/secrets-in-memory.ts";
import type { Deck } from "./core.ts";
import type { SettingOrigins } from "./effective-settings.ts";
import type { Ownership } from "./owner/claim.ts";
import { settingsNotice } from "./owner/differing-settings.ts";
import { followerSeat } from "./owner/follower-seat.ts";
import { WIRE } from "./owner/handshake.ts";
import { joinDeck } from "./owner/joined-deck.ts";
import { type OwnerSeat, ownerSeat } from "./owner/owner-seat.ts";
import type { Ending, Seat } from "./owner/seat.ts";
import { type SeekParts, seekSeat } from "./owner/seek-seat.ts";
import { serveWindows } from "./owner/serve-windows.ts";
import { createWindowSecrets } from "./owner/window-secrets.ts";
import type { Log } from "./ports/log.ts";
import type { Secrets } from "./ports/secrets.ts";
import { faultWords } from "./present/fault-words.ts";
import { readSettings } from "./settings.ts";
import type { Event } from "./util/events.ts";
import { isFault, reasonOf } from "./util/faults.ts";
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
  /** How the web is reached, asked with each question, when the thread of downloads starts and at `onNetworkChanged`; where it is left out, as the environment says. */
  readonly network?: () => NetSettings;
  /** It may be reached otherwise from now on: the threads are told. */
  readonly onNetworkChanged?: Event<unknown>;
  /** Nothing is downloaded while this process owns: it came for something else. */
  readonly holdsDownloads?: boolean;
  /** The settings that someone set are kept in the data folder, for a terminal. */
  readonly keepsSettings?: boolean;
}

export interface OpenDeck extends Deck {
  /** True while this process owns the folder; false while it follows, or seeks. */
  owns(): boolean;
  /** Of a deck in a thread: resolves with the reason should the thread end by itself; what is asked then rejects. */
  readonly broken?: Promise<Error>;
}

/**
 * The deck of the data folder: one process owns it, with the real world under it, and all others follow that one. Which
 * this is shows only in the log; where the owner goes, another takes over by itself.
 * Rejects with `versionSkew` where a later release wrote the folder, or the owner's is another that cannot let go, and
 * with disk faults; nothing is held then.
 */
export async function openDeck(options: DeckOptions): Promise<OpenDeck> {
  if (options.words) speak({ contents: { ...options.words } });
  try {
    return await join(options);
  } catch (error) {
    putInWords(error);
    throw error;
  }
}

async function join({
  storage: given,
  settings: values = {},
  version = "",
  ...options
}: DeckOptions): Promise<OpenDeck> {
  const redact = createRedactor();
  const storage = path.resolve(given);
  const window: Window = {
    storage,
    build: { version, wire: WIRE },
    redact,
    log: redactedLog(sinkOf(options.log), redact),
    secrets: watchedSecrets(options.secrets ?? secretsInMemory(), redact),
    origins: options.origins,
    holdsDownloads: options.holdsDownloads === true,
    network: options.network ?? (() => DEFAULT_NET),
    onNetworkChanged: options.onNetworkChanged,
    ...readSettings(values, storage),
  };
  const { settings, secrets, log } = window;
  const owned = new WeakSet<Seat>();
  const parts: SeekParts = {
    claim: async (over) => {
      const seat = await own(window, over);
      if (seat) owned.add(seat);
      return seat;
    },
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
  if (options.keepsSettings === true) {
    const set = Object.entries(values).filter(([key]) => options.origins?.[key] !== undefined);
    keepSettings(storage, Object.fromEntries(set)).catch((error: unknown) =>
      log.warn(`The settings could not be kept for the terminal: ${reasonOf(error)}`),
    );
  }
  return {
    ...deck,
    owns: () => {
      const seat = deck.seat();
      return seat !== undefined && owned.has(seat);
    },
    close: () => {
      subscription?.dispose();
      return deck.close();
    },
  };
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

function putInWords(error: unknown): void {
  if (isFault(error)) error.message = faultWords(error.fault).message;
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
