import type { SettingOrigins } from "../effective-settings.ts";
import type { Call } from "../owner/line.ts";
import type { DeckEvent, DeckSnapshot } from "../protocol/snapshot.ts";
import type { Fault } from "../util/faults.ts";
import type { LogLevel } from "../util/redacted-log.ts";
import type { NetSettings } from "./choose-proxy.ts";

/** What the thread of the deck is born with: DeckOptions without what cannot cross. */
export interface DeckThreadData {
  readonly storage: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly origins?: SettingOrigins;
  readonly words?: Readonly<Record<string, string>>;
  readonly version?: string;
  readonly holdsDownloads?: boolean;
  readonly keepsSettings?: boolean;
  readonly network: NetSettings;
  /** False: it keeps them in its own memory. */
  readonly keepsSecrets: boolean;
}

/** What the thread asks of the window's store of secrets. */
export type SecretAsk =
  | { readonly deed: "get"; readonly name: string }
  | { readonly deed: "set"; readonly name: string; readonly value: string }
  | { readonly deed: "delete"; readonly name: string };

export type ToDeckThread =
  | { readonly kind: "call"; readonly id: number; readonly call: Call }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "secret"; readonly id: number; readonly value?: string | undefined }
  /** The store could not be read or written. */
  | { readonly kind: "noSecret"; readonly id: number; readonly message: string }
  | { readonly kind: "secretChanged"; readonly name: string }
  | { readonly kind: "network"; readonly network: NetSettings }
  | { readonly kind: "close" };

export type ThreadAnswer =
  | { readonly kind: "done"; readonly value?: unknown }
  | { readonly kind: "snapshot"; readonly snapshot: DeckSnapshot }
  | ThreadFailure;

/** The message of each has been through the redactor, and is in words. */
export type ThreadFailure =
  | { readonly kind: "fault"; readonly fault: Fault; readonly message: string }
  | { readonly kind: "broke"; readonly message: string; readonly stack?: string | undefined }
  | { readonly kind: "cancelled" };

export type FromDeckThread =
  | { readonly kind: "opened"; readonly owns: boolean }
  /** It could not be opened; the thread ends. */
  | { readonly kind: "failed"; readonly failure: ThreadFailure }
  | { readonly kind: "answer"; readonly id: number; readonly answer: ThreadAnswer }
  | { readonly kind: "events"; readonly events: readonly DeckEvent[]; readonly owns: boolean }
  | { readonly kind: "askSecret"; readonly id: number; readonly ask: SecretAsk }
  | { readonly kind: "log"; readonly level: LogLevel; readonly line: string }
  /** The thread ends; what went wrong in closing, if anything did. */
  | { readonly kind: "closed"; readonly failure?: ThreadFailure | undefined };

/** What JSON would tell of it: an editor's settings are proxies, which no thread takes. */
export const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));
