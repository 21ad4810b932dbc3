import { open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { type HubFault, faultOf } from "./faults.ts";

export interface Sending {
  readonly file: string;
  readonly size: number;
  readonly headers: Readonly<Record<string, string>>;
  /** With its quotes. */
  readonly etag: string;
  readonly faults: readonly HubFault[];
  /** Bytes per second of one connection, as it is set by now; undefined: as fast as it goes. */
  readonly rate: () => number | undefined;
  /** Hears how many bytes of the body were handed to the connection. */
  readonly onBytes: (count: number) => void;
}

/** A file as RFC 9110 wants it: GET and HEAD, one range, `If-Range`; with what the faults make of it. */
export async function sendFile(request: IncomingMessage, response: ServerResponse, sending: Sending): Promise<void> {
  const { faults, size } = sending;
  const etagFault = faultOf(faults, "etag");
  const etag = etagFault ? etagFault.value : sending.etag;
  const headers: Record<string, string> = { ...sending.headers, "accept-ranges": "bytes" };
  if (etag !== undefined) headers["etag"] = etag;

  const asked = faultOf(faults, "ignoreRange") ? undefined : request.headers.range;
  const ifRange = request.headers["if-range"];
  const range =
    asked !== undefined && (ifRange === undefined || ifRange === etag) ? parseRange(asked, size) : undefined;
  if (range === "unsatisfiable") {
    response.writeHead(416, { ...headers, "content-range": `bytes */${size}`, "content-length": "0" }).end();
    return;
  }
  const from = range?.from ?? 0;
  const to = range?.to ?? size;
  if (range) headers["content-range"] = `bytes ${from}-${to - 1}/${size}`;
  const wrong = faultOf(faults, "contentRange");
  if (wrong) {
    if (wrong.value === undefined) delete headers["content-range"];
    else headers["content-range"] = wrong.value;
  }
  for (const fault of faults) if (fault.kind === "header") headers[fault.name] = fault.value;

  const short = faultOf(faults, "short");
  const long = faultOf(faults, "long");
  const end = short ? Math.min(to, from + short.after) : to;
  if (!faultOf(faults, "noLength") && !long) headers["content-length"] = String(end - from);
  if (faultOf(faults, "gzip")) {
    const packed = gzipSync(await readPart(sending.file, from, end));
    headers["content-encoding"] = "gzip";
    headers["content-length"] = String(packed.length);
    response.writeHead(range ? 206 : 200, headers).end(packed);
    return;
  }
  response.writeHead(range ? 206 : 200, headers);
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  response.flushHeaders();
  await sendBody(response, sending, from, end);
  if (long && !response.destroyed) response.write(Buffer.alloc(long.extra, 0x78));
  if (!response.destroyed) response.end();
}

async function sendBody(response: ServerResponse, sending: Sending, from: number, to: number): Promise<void> {
  const { faults } = sending;
  const stop = faultOf(faults, "cut")?.after ?? faultOf(faults, "stall")?.after ?? Number.POSITIVE_INFINITY;
  const slow = faultOf(faults, "slow")?.bytesPerSecond;
  const corrupt = faultOf(faults, "corrupt");
  const handle = await open(sending.file);
  let since: { readonly rate: number | undefined; readonly at: number; readonly sent: number } | undefined;
  try {
    let sent = 0;
    for (let at = from; at < to && sent < stop;) {
      if (response.destroyed) return;
      const rate = slow ?? sending.rate();
      if (since?.rate !== rate || since === undefined) since = { rate, at: performance.now(), sent };
      const step = rate === undefined ? 256 * 1024 : Math.max(1, Math.min(256 * 1024, Math.floor(rate / 20)));
      const want = Math.min(step, to - at, stop - sent);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(want), 0, want, at);
      if (bytesRead === 0) break;
      if (corrupt && corrupt.at >= at && corrupt.at < at + bytesRead)
        buffer[corrupt.at - at] = ~(buffer[corrupt.at - at] ?? 0) & 0xff;
      // Before they go: who has received them finds them counted.
      sending.onBytes(bytesRead);
      await write(response, buffer.subarray(0, bytesRead));
      at += bytesRead;
      sent += bytesRead;
      const due = rate === undefined ? 0 : ((sent - since.sent) / rate) * 1000 - (performance.now() - since.at);
      if (due > 1) await sleep(due);
    }
  } finally {
    await handle.close();
  }
  if (faultOf(faults, "cut")) response.destroy();
  if (faultOf(faults, "stall")) await new Promise((resolve) => response.once("close", resolve));
}

function write(response: ServerResponse, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("close", done);
      resolve();
    };
    response.once("close", done);
    // Resolves when the connection took it, so that a cut comes after its bytes.
    response.write(chunk, done);
  });
}

async function readPart(file: string, from: number, to: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const part = Buffer.alloc(to - from);
    await handle.read(part, 0, part.length, from);
    return part;
  } finally {
    await handle.close();
  }
}

/** `to` is exclusive. undefined: not one simple range, so the whole is sent. */
function parseRange(header: string, size: number): { from: number; to: number } | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  if (match[1] === "") {
    const last = Number(match[2]);
    return last === 0 || size === 0 ? "unsatisfiable" : { from: Math.max(0, size - last), to: size };
  }
  const from = Number(match[1]);
  const to = match[2] === "" ? size : Math.min(size, Number(match[2]) + 1);
  if (from >= size) return "unsatisfiable";
  return from < to ? { from, to } : undefined;
}
