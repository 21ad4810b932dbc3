// A source on loopback, in a process of its own:  node download-server.ts <options as JSON>; says its address and digest.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** `/file` holds `size` bytes, `/small/<n>` the n-th of `small`; `/served` says how many bytes went out since it was asked last. */
export interface BenchSource {
  readonly size: number;
  readonly small: readonly number[];
  /** Bytes per second of each connection; absent: as fast as it goes. */
  readonly rate?: number;
  /** Milliseconds before each answer. */
  readonly latency?: number;
  /** Each answer is reset after 5 to 40 MB. */
  readonly cuts?: boolean;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface BenchSourceFacts {
  readonly url: string;
  readonly sha256: string;
  readonly small: readonly string[];
}

/** Of no round length, so that a part in the wrong place is no other part. */
const block = Buffer.alloc(8 * 2 ** 20 - 4099);
for (let index = 0, state = 7; index < block.length; index += 1) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  block[index] = state >>> 24;
}

const options = JSON.parse(process.argv[2] ?? "{}") as BenchSource;
const secret = "bench";
let served = 0;
let cuts = 1;

function* piecesOf(from: number, end: number, most: number): Generator<Buffer> {
  for (let at = from; at < end;) {
    const offset = at % block.length;
    const chunk = block.subarray(offset, Math.min(block.length, offset + Math.min(most, end - at)));
    yield chunk;
    at += chunk.length;
  }
}

function digest(size: number): string {
  const hash = createHash("sha256");
  for (const piece of piecesOf(0, size, block.length)) hash.update(piece);
  return hash.digest("hex");
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === "/served") {
    response.end(String(served));
    served = 0;
    return;
  }
  const small = /^\/small\/(\d+)$/.exec(request.url ?? "");
  const size = small ? (options.small[Number(small[1])] ?? 0) : options.size;
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const from = Number(range?.[1] ?? 0);
  const end = range?.[2] ? Math.min(size, Number(range[2]) + 1) : size;
  if (options.latency) await sleep(options.latency);
  response.writeHead(range ? 206 : 200, {
    "accept-ranges": "bytes",
    "content-length": end - from,
    "content-type": "application/octet-stream",
    etag: `"${secret}-${size}"`,
    ...(range && { "content-range": `bytes ${from}-${end - 1}/${size}` }),
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  // 5 to 40 MB, the same sequence for every contender.
  const cut = options.cuts ? 5e6 + (((cuts = Math.imul(cuts, 48271) % 0x7fffffff) >>> 0) % 35e6) : Infinity;
  const step = options.rate === undefined ? 2 ** 18 : Math.max(1, Math.floor(options.rate / 50));
  const begun = performance.now();
  let sent = 0;
  for (const piece of piecesOf(from, end, step)) {
    if (response.destroyed) return;
    served += piece.length;
    sent += piece.length;
    if (!response.write(piece)) await drained(response);
    if (sent >= cut) {
      request.socket.resetAndDestroy();
      return;
    }
    const due = options.rate === undefined ? 0 : (sent / options.rate) * 1000 - (performance.now() - begun);
    if (due > 1) await sleep(due);
  }
  response.end();
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });

const listener = (request: IncomingMessage, response: ServerResponse): void => {
  response.on("error", () => undefined);
  answer(request, response).catch(() => response.destroy());
};
const server = options.tls ? createSecureServer(options.tls, listener) : createServer(listener);
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  const facts: BenchSourceFacts = {
    url: `${options.tls ? "https" : "http"}://127.0.0.1:${port}`,
    sha256: digest(options.size),
    small: options.small.map(digest),
  };
  console.log(JSON.stringify(facts));
});
