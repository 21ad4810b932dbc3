import type { Millis } from "../util/ids.ts";

/** Small JSON questions to a server on this machine. */
export interface ServerHttp {
  /** Asks over a connection of its own. A server that does not answer within the limit is silent, which is no fault. */
  get(url: string, limit: Millis, signal: AbortSignal): Promise<ServerAnswer>;
  /** The same for an answer that is no JSON; undefined where the server is silent, or says anything but 2xx. */
  text(url: string, limit: Millis, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Lines of an answer that goes on, each as it comes; `onOpen` before the first. Resolves when it ends or cannot be
   * had, rejects with the signal's reason alone.
   */
  lines(url: string, onOpen: () => void, onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
  /** As `get`, with a JSON body. */
  post(url: string, body: unknown, limit: Millis, signal: AbortSignal): Promise<ServerAnswer>;
}

export type ServerAnswer =
  /** `body` is the parsed JSON; undefined where it was none, or longer than 8 MB. */
  | { readonly kind: "answer"; readonly status: number; readonly body: unknown }
  | { readonly kind: "silent"; readonly reason: string };
