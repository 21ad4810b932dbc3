import { fault } from "../util/faults.ts";

/** The right to change one group; there is one at a time. */
export interface Turn {
  /** The profile it goes to. */
  readonly to: string;
  /** What whoever looks should know of it. */
  warning: string | undefined;
  /** Aborted when it is given up in any way; its reason is a fault where it took too long. */
  readonly given: AbortSignal;
  /** Aborted when it is given up and nothing is to be put back, as another one comes or all is to stop. */
  readonly left: AbortSignal;
  /** `putBack`: what ran before returns, where it was stopped. */
  cancel(how: "putBack" | "leave", reason?: unknown): void;
  readonly over: Promise<void>;
  end(): void;
}

/** What turns belong to. */
export interface TurnTaker {
  readonly name: string;
  turn: Turn | undefined;
}

/**
 * @param onBusy of a turn that is under way: `fail` throws `busy`, `queue` waits, `replace` ends it
 * @throws the signal's reason when it is aborted while waiting
 */
export async function takeTurn(
  group: TurnTaker,
  to: string,
  onBusy: "fail" | "queue" | "replace",
  signal: AbortSignal,
): Promise<Turn> {
  signal.throwIfAborted();
  for (let other = group.turn; other; other = group.turn) {
    if (onBusy === "fail") throw fault({ code: "busy", what: group.name, with: `the switch to ${other.to}` });
    if (onBusy === "replace") other.cancel("leave");
    await unlessAborted(other.over, signal);
  }
  const turn = createTurn(to, () => {
    if (group.turn === turn) group.turn = undefined;
  });
  group.turn = turn;
  return turn;
}

function createTurn(to: string, onEnd: () => void): Turn {
  const given = new AbortController();
  const left = new AbortController();
  const over = Promise.withResolvers<void>();
  return {
    to,
    warning: undefined,
    given: given.signal,
    left: left.signal,
    cancel: (how, reason) => {
      if (how === "leave") left.abort(reason);
      given.abort(reason);
    },
    over: over.promise,
    end: () => {
      onEnd();
      over.resolve();
    },
  };
}

async function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
