import type { Bytes } from "../util/ids.ts";

/** Small questions to hubs on the web. */
export interface Web {
  /**
   * GET, or POST where there is JSON to hand in. Every status is an answer. Redirects are followed, never from https to
   * http; beyond the origin the token stays behind. Rejects with `network` or `timeout`; no error carries the address.
   */
  ask(question: WebQuestion, signal: AbortSignal): Promise<WebAnswer>;
}

export interface WebQuestion {
  readonly url: string;
  /** For the origin of the address alone. */
  readonly token?: string | undefined;
  readonly json?: unknown;
  /** A longer answer is a `network` fault. */
  readonly limit: Bytes;
}

export interface WebAnswer {
  readonly status: number;
  /** By lower-case name. */
  header(name: string): string | undefined;
  readonly body: Uint8Array;
}
