import type { Millis } from "../util/ids.ts";

/** Small JSON questions to a server on this machine. */
export interface ServerHttp {
  /** Asks over a connection of its own. A server that does not answer within the limit is silent, which is no fault. */
  get(url: string, limit: Millis, signal: AbortSignal): Promise<ServerAnswer>;
  /** The same for an answer that is no JSON; undefined where the server is silent, or says anything but 2xx. */
  text(url: string, limit: Millis, signal: AbortSignal): Promise<string | undefined>;
  /** The same with a JSON body. */
  post(url: string, body: unknown, limit: Millis, signal: AbortSignal): Promise<ServerAnswer>;
}

export type ServerAnswer =
  /** `body` is the parsed JSON; undefined where it was none, or longer than 8 MB. */
  | { readonly kind: "answer"; readonly status: number; readonly body: unknown }
  | { readonly kind: "silent"; readonly reason: string };
