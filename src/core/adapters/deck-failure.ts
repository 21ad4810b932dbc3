import { ownerGone } from "../owner/remote-deck.ts";
import { fault, isFault, reasonOf } from "../util/faults.ts";
import type { ThreadFailure } from "./deck-messages.ts";

/** What was thrown in the thread of the deck, as it crosses. */
export function failureOf(error: unknown, redact: (text: string) => string): ThreadFailure {
  if (isFault(error)) return { kind: "fault", fault: error.fault, message: redact(error.message) };
  if (error instanceof Error && error.name === "AbortError") return { kind: "cancelled" };
  return { kind: "broke", message: redact(reasonOf(error)), stack: redact(stackOf(error)) };
}

/** The same on this side, with the words it had. */
export function errorOf(failure: ThreadFailure): Error {
  switch (failure.kind) {
    case "cancelled":
      return new DOMException("The work was given up.", "AbortError");
    case "fault": {
      if (failure.fault.code === "ownerGone") return ownerGone(failure.fault);
      return Object.assign(fault(failure.fault), { message: failure.message });
    }
    case "broke":
      return Object.assign(new Error(failure.message), failure.stack !== undefined && { stack: failure.stack });
  }
}

export const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : reasonOf(error);
