import type { DeckEvent, DeckSnapshot } from "../protocol/snapshot.ts";
import type { Fault } from "../util/faults.ts";

/** What a following window asks of the owner. Plain JSON, as all that crosses. */
export type Call =
  | { readonly kind: "run"; readonly verb: string; readonly args?: unknown }
  | { readonly kind: "snapshot" };

export type Answer =
  | { readonly kind: "done"; readonly value?: unknown }
  | { readonly kind: "snapshot"; readonly snapshot: DeckSnapshot }
  | { readonly kind: "fault"; readonly fault: Fault; readonly message: string }
  /** What is no fault; its message has been through the redactor. */
  | { readonly kind: "broke"; readonly message: string }
  | { readonly kind: "cancelled" }
  /** The owner lets go, or is gone, and has done nothing of it. */
  | { readonly kind: "notStarted" }
  /** The line ended before the answer came. */
  | { readonly kind: "lost" };

/** A following window's end of the line. */
export interface OwnerLine {
  readonly owner: { readonly pid: number; readonly generation: number; readonly version: string };
  /** The owner's, which count. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Does not reject. The signal is told to the owner, whose answer is waited for all the same. */
  ask(call: Call, signal: AbortSignal): Promise<Answer>;
  /** The window's secret of that name has changed. */
  tellSecretChanged(name: string): void;
  /** Asks the owner for a sign of life; resolves when it has given one, or the line has ended. */
  beat(): Promise<void>;
  /** From now on things come in. */
  listen(hears: {
    readonly events: (events: readonly DeckEvent[]) => void;
    /** Asked for by the owner; null: there is none. */
    readonly secret: (name: string) => Promise<string | null>;
  }): void;
  /** At whatever comes in, once it listens: the owner lives. Takes one listener. */
  onSign(hears: () => void): void;
  readonly ended: Promise<void>;
  end(): void;
}

/** The owner's end of a line to a following window. */
export interface WindowLine {
  listen(hears: {
    /** Must not reject. */
    readonly call: (call: Call, signal: AbortSignal) => Promise<Answer>;
    readonly secretChanged: (name: string) => void;
  }): void;
  tellEvents(events: readonly DeckEvent[]): void;
  /** A sign of life, for a window that reads. */
  tellAlive(): void;
  /** null where it has none, or is gone. */
  askSecret(name: string): Promise<string | null>;
  readonly ended: Promise<void>;
  end(): void;
}
