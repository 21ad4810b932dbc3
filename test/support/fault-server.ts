import { createHash } from "node:crypto";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** One request as it came. `end` is exclusive; both are the whole where no range was asked for. */
export interface Asked {
  /** From 0, in the order they came. */
  readonly index: number;
  readonly url: string;
  readonly range: string | undefined;
  readonly from: number;
  readonly end: number;
  readonly headers: IncomingMessage["headers"];
  /** Bytes of the content that went out. */
  sent: number;
}

/** What becomes of one request, where it is not just answered. Offsets count in the content. */
export interface Deed {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** In place of the content. */
  readonly body?: string | Buffer;
  /** After so many bytes of this answer: a reset, an early end, or nothing more. */
  readonly stop?: { readonly after: number; readonly how: "reset" | "end" | "hang" };
  readonly bytesPerSecond?: number;
  /** From that byte of the content on, in place of the other pace: what is to happen before the end has all the time it takes. */
  readonly slow?: { readonly from: number; readonly bytesPerSecond: number };
  /** Before the head. */
  readonly waitMs?: number;
  /** As other bytes: the byte there is turned round. */
  readonly flip?: number;
  /** Written to the socket as it is, which is closed after it. */
  readonly raw?: string | Buffer;
  /** All of it, whatever was asked for. */
  readonly whole?: true;
}

export interface FaultServerOptions {
  readonly content: Buffer;
  readonly etag?: string;
  /** Bytes per second of each connection. */
  readonly bytesPerSecond?: number;
  readonly latencyMs?: number;
  readonly host?: string;
}

export interface FaultServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** From now on. undefined: the request is answered as it should be. */
  script(deed: (asked: Asked) => Deed | undefined): void;
  /** Of the content, over all answers. */
  sent(): number;
  forget(): void;
  close(): Promise<void>;
}

/** One file at every address, with ranges; what goes wrong is up to the script. */
export async function startFaultServer(options: FaultServerOptions): Promise<FaultServer> {
  const { content } = options;
  const etag = options.etag ?? `"${createHash("md5").update(content).digest("hex")}"`;
  let asked: Asked[] = [];
  let script: (one: Asked) => Deed | undefined = () => undefined;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = request.headers.range;
    const range = /^bytes=(\d+)-(\d*)$/.exec(given ?? "");
    const from = Number(range?.[1] ?? 0);
    const end = range?.[2] ? Math.min(content.length, Number(range[2]) + 1) : content.length;
    const one: Asked = {
      index: asked.length,
      url: request.url ?? "/",
      range: given,
      from,
      end,
      headers: request.headers,
      sent: 0,
    };
    asked.push(one);
    const deed = script(one) ?? {};
    const wait = (deed.waitMs ?? 0) + (options.latencyMs ?? 0);
    if (wait > 0) await sleep(wait);
    const { socket } = request;
    if (deed.raw !== undefined) {
      socket.end(deed.raw);
      return;
    }
    if (deed.body !== undefined || (deed.status ?? 206) >= 300) {
      response.writeHead(deed.status ?? 200, headersOf({}, deed)).end(deed.body ?? "");
      return;
    }
    const held = request.headers["if-range"];
    const same = held === undefined || held === (deed.headers?.["etag"] ?? etag);
    const part = range !== null && same && deed.whole !== true;
    const [start, stop] = part ? [from, end] : [0, content.length];
    const head: Record<string, string> = {
      "content-type": "application/octet-stream",
      "content-length": String(stop - start),
      etag,
      ...(part && { "content-range": `bytes ${start}-${stop - 1}/${content.length}` }),
    };
    response.writeHead(deed.status ?? (part ? 206 : 200), headersOf(head, deed));
    await send(response, socket, one, start, stop, deed);
  }

  async function send(
    response: ServerResponse,
    socket: Socket,
    one: Asked,
    from: number,
    to: number,
    deed: Deed,
  ): Promise<void> {
    const usual = deed.bytesPerSecond ?? options.bytesPerSecond;
    const slowFrom = deed.slow?.from ?? Number.POSITIVE_INFINITY;
    const last = Math.min(to, from + (deed.stop?.after ?? Number.POSITIVE_INFINITY));
    let since = { rate: usual, at: performance.now(), from };
    for (let at = from; at < last && !response.destroyed;) {
      const rate = at < slowFrom ? usual : deed.slow?.bytesPerSecond;
      if (since.rate !== rate) since = { rate, at: performance.now(), from: at };
      const step = rate === undefined ? 256 * 1024 : Math.max(1, Math.min(256 * 1024, Math.floor(rate / 20)));
      let chunk = content.subarray(at, Math.min(last, at + step, at < slowFrom ? slowFrom : last));
      if (deed.flip !== undefined && deed.flip >= at && deed.flip < at + chunk.length) {
        chunk = Buffer.from(chunk);
        chunk[deed.flip - at] = ~(chunk[deed.flip - at] ?? 0) & 0xff;
      }
      one.sent += chunk.length;
      await written(response, chunk);
      at += chunk.length;
      const due = rate === undefined ? 0 : ((at - since.from) / rate) * 1000 - (performance.now() - since.at);
      if (due > 1) await sleep(due);
    }
    if (response.destroyed) return;
    if (deed.stop?.how === "reset") socket.resetAndDestroy();
    else if (deed.stop?.how === "end") socket.end();
    else if (deed.stop === undefined) response.end();
  }

  const server = createServer((request, response) => {
    response.on("error", () => undefined);
    answer(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, options.host ?? "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get asked() {
      return asked;
    },
    script: (next) => void (script = next),
    sent: () => asked.reduce((sum, one) => sum + one.sent, 0),
    forget: () => void (asked = []),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const headersOf = (head: Readonly<Record<string, string>>, { headers = {} }: Deed): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...head, ...headers }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

const written = (response: ServerResponse, chunk: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      response.off("close", done);
      resolve();
    };
    response.once("close", done);
    response.write(chunk, done);
  });
