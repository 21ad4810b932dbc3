import { validateHeaderName, validateHeaderValue } from "node:http";
import type { Http, HttpRequest, HttpResponse } from "../ports/http.ts";
import { connectionFault } from "./connection-fault.ts";
import type { DirectWay, NetAgents } from "./net-agents.ts";
import { type RawAnswer, askRaw } from "./raw-ask.ts";
import { type RawConnection, openRawConnection } from "./raw-connection.ts";

/** Origins whose answers another reads; forgotten all at once. */
const MOST_ODD = 64;
/** A body no one wants is read to its end where that keeps the connection for the next request. */
const WORTH_DRAINING = 16 * 1024;

/** Connections that rest, by origin. */
type Kept = Map<string, RawConnection[]>;

interface WayState {
  readonly kept: Kept;
  /** Of TLS, by origin. */
  readonly sessions: Map<string, Buffer>;
}

/**
 * Bytes from sockets right into what is written: half of what Node's HTTP costs. What it does not understand, and what goes
 * through a proxy, is the other's.
 */
export function createRawCarrier(agents: NetAgents, other: Http): Http {
  // A way that is no more, as the network was set up otherwise, takes with it what was made by it.
  const states = new WeakMap<DirectWay, WayState>();
  const odd = new Set<string>();

  /** @returns undefined where it has to be asked by the other */
  async function exchange(
    request: HttpRequest,
    to: URL,
    key: string,
    signal: AbortSignal,
  ): Promise<{ readonly answer: RawAnswer; readonly kept: Kept } | undefined> {
    const way = odd.has(key) ? undefined : agents.direct(to, request.publicOnly === true);
    if (!way) return undefined;
    const text = textOf(request, to);
    const { kept, sessions } = stateOf(way);
    const rested = kept.get(key) ?? [];
    for (let connection = rested.pop(); connection; connection = rested.pop()) {
      if (!connection.wake()) continue;
      const answer = await askRaw(connection, text, signal);
      // Closed there before it had the request: another may do.
      if (!(answer instanceof Error)) return understood(answer, key, kept);
    }
    const session = sessions.get(key);
    const onSession = (given: Buffer): void => void sessions.set(key, given);
    const fresh = await openRawConnection({ to, ...way, ...(session && { session }), onSession }, signal).catch(
      (error: unknown) => {
        sessions.delete(key);
        throw error;
      },
    );
    const answer = await askRaw(fresh, text, signal);
    if (answer instanceof Error) throw answer;
    return understood(answer, key, kept);
  }

  function stateOf(way: DirectWay): WayState {
    const state = states.get(way) ?? { kept: new Map(), sessions: new Map() };
    states.set(way, state);
    return state;
  }

  function understood(answer: RawAnswer | "odd", key: string, kept: Kept): Awaited<ReturnType<typeof exchange>> {
    if (answer !== "odd") return { answer, kept };
    if (odd.size >= MOST_ODD) odd.clear();
    odd.add(key);
    return undefined;
  }

  function keep(kept: Kept, key: string, connection: RawConnection): void {
    const rested = kept.get(key) ?? [];
    rested.push(connection);
    kept.set(key, rested);
    connection.rest(() => {
      const at = rested.indexOf(connection);
      if (at >= 0) rested.splice(at, 1);
    });
  }

  return {
    request: async (request, signal) => {
      signal.throwIfAborted();
      const to = new URL(request.url);
      const key = `${to.origin} ${request.publicOnly === true}`;
      try {
        const known = await exchange(request, to, key, signal);
        if (known)
          return responseOf(known.answer, to.host, signal, () => keep(known.kept, key, known.answer.connection));
      } catch (error) {
        signal.throwIfAborted();
        throw connectionFault(to.host, error);
      }
      return other.request(request, signal);
    },
  };
}

function textOf({ headers }: HttpRequest, to: URL): string {
  const lines = Object.entries({ host: to.host, connection: "keep-alive", "user-agent": "modeldeck", ...headers }).map(
    ([name, value]) => {
      validateHeaderName(name);
      validateHeaderValue(name, value);
      return `${name}: ${value}\r\n`;
    },
  );
  return `GET ${to.pathname}${to.search} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

function responseOf(answer: RawAnswer, host: string, signal: AbortSignal, keep: () => void): HttpResponse {
  const { head } = answer;
  async function* bodyOf(): AsyncGenerator<Uint8Array> {
    try {
      yield* answer.body(keep);
    } catch (error) {
      signal.throwIfAborted();
      throw connectionFault(host, error);
    }
  }
  return {
    status: head.status,
    header: (name) => head.fields.get(name),
    body: bodyOf,
    discard: () => {
      if (head.length <= WORTH_DRAINING) drain(bodyOf()).catch(() => undefined);
      else answer.destroy();
    },
  };
}

async function drain(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of body);
}
