import type { RawConnection } from "./raw-connection.ts";
import { type RawHead, parseRawHead } from "./raw-head.ts";

export interface RawAnswer {
  readonly head: Extract<RawHead, { readonly kind: "head" }>;
  readonly connection: RawConnection;
  /** Once. Each piece is good until the next is asked for. @param keep told when the connection is good for another request */
  body(keep: () => void): AsyncGenerator<Uint8Array>;
  /** For a body no one wants. */
  destroy(): void;
}

/**
 * One request. The signal ends the connection until the body was read.
 * @returns an error: it ended with that before it said anything; `odd`: what it says is not for us. It is closed then
 */
export async function askRaw(
  connection: RawConnection,
  text: string,
  signal: AbortSignal,
): Promise<RawAnswer | "odd" | Error> {
  const abort = (): void => connection.destroy();
  const end = (): void => {
    signal.removeEventListener("abort", abort);
    connection.destroy();
  };
  if (signal.aborted) connection.destroy();
  signal.throwIfAborted();
  signal.addEventListener("abort", abort, { once: true });
  let seen: Uint8Array = new Uint8Array(0);
  try {
    connection.send(text);
    for (;;) {
      const more = await connection.next();
      if (more === undefined) throw new Error("the connection was closed before an answer");
      // A piece is good until the next one only.
      seen = seen.length === 0 ? more : Buffer.concat([seen, more]);
      const head = parseRawHead(seen);
      if (head.kind === "odd") {
        end();
        return "odd";
      }
      if (head.kind === "head") return answerOf(connection, head, seen.subarray(head.end), signal, abort);
      seen = Buffer.from(seen);
    }
  } catch (error) {
    end();
    if (seen.length === 0 && !signal.aborted && error instanceof Error) return error;
    throw error;
  }
}

function answerOf(
  connection: RawConnection,
  head: RawAnswer["head"],
  first: Uint8Array,
  signal: AbortSignal,
  abort: () => void,
): RawAnswer {
  let left = head.length;
  let clean = head.reusable;
  const over = (keep: () => void): void => {
    signal.removeEventListener("abort", abort);
    if (left === 0 && clean && !signal.aborted) keep();
    else connection.destroy();
  };
  return {
    head,
    connection,
    async *body(keep) {
      try {
        if (first.length > 0) yield part(first);
        while (left > 0) {
          const more = await connection.next();
          if (more === undefined) throw new Error("the connection was closed before the end");
          yield part(more);
        }
      } finally {
        over(keep);
      }
    },
    destroy: () => {
      left = -1;
      over(() => undefined);
    },
  };

  /** More than was announced belongs to no answer: what comes after it could not be told from it. */
  function part(piece: Uint8Array): Uint8Array {
    const taken = piece.length > left ? piece.subarray(0, left) : piece;
    if (taken.length < piece.length) clean = false;
    left -= taken.length;
    return taken;
  }
}
