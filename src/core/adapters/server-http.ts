import http from "node:http";
import type { ServerAnswer, ServerHttp } from "../ports/server-http.ts";
import { createLineSplitter } from "../serving/logs/split-lines.ts";
import { reasonOf } from "../util/faults.ts";
import type { Millis } from "../util/ids.ts";

const LONGEST = 8 * 2 ** 20;

/**
 * By node:http: before a container listens, the engine's proxy takes a connection and closes it, and the first fetch
 * of a process then hangs until its time-out.
 */
export const nodeServerHttp: ServerHttp = {
  get: async (url, limit, signal) => parsed(await ask(url, undefined, limit, signal)),
  text: async (url, limit, signal) => {
    const answer = await ask(url, undefined, limit, signal);
    return answer.kind === "answer" && Math.floor(answer.status / 100) === 2 ? answer.body.toString("utf8") : undefined;
  },
  lines: (url, onOpen, onLine, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const end = (): void => (signal.aborted ? reject(signal.reason) : resolve());
      const request = http.get(url, { agent: false, signal }, (response) => {
        if (response.statusCode !== 200) {
          response.resume();
          request.destroy();
          return;
        }
        onOpen();
        const splitter = createLineSplitter();
        response.on("data", (chunk: Buffer) => splitter.add(chunk).forEach((line) => onLine(line)));
        response.on("error", end);
      });
      request.on("error", end);
      request.on("close", end);
    }),
  post: async (url, body, limit, signal) => parsed(await ask(url, JSON.stringify(body), limit, signal)),
};

type RawAnswer =
  | { readonly kind: "answer"; readonly status: number; readonly body: Buffer }
  | Extract<ServerAnswer, { kind: "silent" }>;

const parsed = (answer: RawAnswer): ServerAnswer =>
  answer.kind === "answer" ? { ...answer, body: parse(answer.body) } : answer;

function ask(url: string, body: string | undefined, limit: Millis, signal: AbortSignal): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const overdue = AbortSignal.timeout(limit);
    const options = {
      agent: false,
      signal: AbortSignal.any([signal, overdue]),
      ...(body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" } }),
    };
    const request = http.request(url, options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > LONGEST) request.destroy(new Error("its answer is too long"));
        else chunks.push(chunk);
      });
      response.on("error", fail);
      response.on("end", () =>
        resolve({ kind: "answer", status: response.statusCode ?? 0, body: Buffer.concat(chunks) }),
      );
    });
    request.on("error", fail);
    request.end(body);
    function fail(error: unknown): void {
      if (signal.aborted) reject(signal.reason);
      else resolve({ kind: "silent", reason: overdue.aborted ? `no answer within ${limit} ms` : reasonOf(error) });
    }
  });
}

function parse(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString("utf8"));
  } catch {
    return undefined;
  }
}
