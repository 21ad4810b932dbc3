import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import * as v from "valibot";
import type { OllamaProgress, OllamaServer } from "../ports/ollama-server.ts";
import { fault, isFault, reasonOf } from "../util/faults.ts";

/** The server is silent while it waits for its registry, and hashes at the end. */
const SILENCE_MS = 300_000;
/** A longer line is none of its. */
const LONGEST_LINE = 64 * 1024;

/** One line of its answer. */
const Line = v.object({
  status: v.optional(v.string(), ""),
  error: v.optional(v.string()),
  digest: v.optional(v.string()),
  total: v.optional(v.number()),
  completed: v.optional(v.number()),
});

/** POST /api/pull: lines of JSON, as many as it likes, until `success`. */
export const pullFromOllama: OllamaServer["pull"] = async (url, model, onProgress, signal) => {
  signal.throwIfAborted();
  const { host } = new URL(url);
  const refuse = (reason: string, cause?: unknown): Error => fault({ code: "network", host, reason }, cause);
  try {
    const response = await ask(`${url}/api/pull`, JSON.stringify({ model, stream: true }), signal);
    const progress = progressOver(onProgress);
    let succeeded = false;
    for await (const text of lines(response)) {
      const line = v.safeParse(v.pipe(v.string(), v.parseJson(), Line), text);
      if (!line.success) throw refuse("its answer makes no sense");
      const { error, status } = line.output;
      if (error !== undefined) throw faultOf(error, model, host);
      if (status === "success") succeeded = true;
      progress(line.output);
    }
    if (response.statusCode === 404) throw fault({ code: "notFound", what: "repository", name: model });
    if (response.statusCode !== 200) throw refuse(`Ollama answers ${response.statusCode}`);
    if (!succeeded) throw refuse("it ended before it was done");
  } catch (error) {
    signal.throwIfAborted();
    throw isFault(error) ? error : refuse(reasonOf(error), error);
  }
};

/** It answers 200 before it knows, and says in a line what went wrong. */
function faultOf(error: string, model: string, host: string): Error {
  const words = error.replaceAll(/\s+/g, " ").trim().slice(0, 300);
  if (/file does not exist|manifest unknown|not found|no such (?:model|host)?$/i.test(words))
    return fault({ code: "notFound", what: "repository", name: model });
  return fault({ code: "network", host, reason: words });
}

/** Of all layers together; the server tells of each by itself. */
function progressOver(onProgress: (progress: OllamaProgress) => void): (line: v.InferOutput<typeof Line>) => void {
  const layers = new Map<string, { total: number; done: number }>();
  return ({ status, digest, total, completed }) => {
    if (digest !== undefined && total !== undefined && layers.size < 10_000)
      layers.set(digest, { total, done: Math.min(completed ?? 0, total) });
    let [doneBytes, totalBytes] = [0, 0];
    for (const layer of layers.values()) {
      doneBytes += layer.done;
      totalBytes += layer.total;
    }
    onProgress({ status, doneBytes, totalBytes });
  };
}

function ask(url: string, body: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith("https:") ? requestHttps : requestHttp;
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const asked = request(url, { method: "POST", headers, signal, timeout: SILENCE_MS }, resolve);
    asked.on("timeout", () => asked.destroy(new Error("it does not answer")));
    asked.on("error", reject);
    asked.end(body);
  });
}

async function* lines(response: IncomingMessage): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of response.setEncoding("utf8")) {
    const parts = (rest + String(chunk)).split("\n");
    rest = parts.pop() ?? "";
    if (rest.length > LONGEST_LINE) throw new Error("it answers without end");
    for (const line of parts) if (line.trim() !== "") yield line;
  }
  if (rest.trim() !== "") yield rest;
}
