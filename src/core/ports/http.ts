export interface Http {
  /**
   * One request, resolved when the head of its answer is there. No redirect is followed, nothing is tried again or
   * unpacked; every status is an answer. Rejects with `network` where none came. No error carries the address: it may
   * hold a signature.
   */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
}

export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Refuses with `forbidden` where the host's name stands for an address of the local network. */
  readonly publicOnly?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** By lower-case name; what came several times is joined by commas. */
  header(name: string): string | undefined;
  /**
   * Once. Each piece is good until the next is asked for: its memory is used again then. Rejects with `network` where the
   * connection breaks before the end that was announced.
   */
  body(): AsyncIterable<Uint8Array>;
  /** For a body no one wants. */
  discard(): void;
}
