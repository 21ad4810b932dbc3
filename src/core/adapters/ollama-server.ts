import { request } from "node:http";
import * as v from "valibot";
import type { OllamaModel, OllamaServer } from "../ports/ollama-server.ts";
import { fault, reasonOf } from "../util/faults.ts";
import { pullFromOllama } from "./ollama-pull.ts";

/** A server on this machine answers at once or not at all. */
const PATIENCE_MS = 2000;
/** Taking a big model off a slow disk is another matter. */
const REMOVAL_PATIENCE_MS = 120_000;
/** A list of a thousand models is some 500 kB. */
const LONGEST_ANSWER = 16 * 2 ** 20;

/** GET /api/tags */
const soft = <T>(schema: v.GenericSchema<unknown, T>) => v.fallback(v.optional(schema), undefined);
const Tags = v.object({
  models: v.array(
    v.object({
      name: v.string(),
      size: v.number(),
      digest: soft(v.string()),
      modified_at: soft(v.string()),
      details: soft(
        v.object({ format: soft(v.string()), family: soft(v.string()), quantization_level: soft(v.string()) }),
      ),
    }),
  ),
});
type Tagged = v.InferOutput<typeof Tags>["models"][number];

export const nodeOllamaServer: OllamaServer = {
  models: async (url, signal) => {
    const tags = await tagsOf(url, signal);
    return tags && new Map(tags.map(({ name, size }) => [name, size]));
  },
  details: async (url, signal) => (await tagsOf(url, signal))?.map(readModel),
  pull: pullFromOllama,
  remove: async (url, model, signal) => {
    const refuse = (reason: string, cause?: unknown): Error =>
      fault({ code: "network", host: new URL(url).host, reason }, cause);
    const asked = { method: "DELETE", url: `${url}/api/delete`, body: JSON.stringify({ model }) } as const;
    const answer = await send(asked, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw refuse(reasonOf(error), error);
    });
    if (answer.status !== 200 && answer.status !== 404) throw refuse(`Ollama answers ${answer.status}`);
  },
};

async function tagsOf(url: string, signal: AbortSignal): Promise<readonly Tagged[] | undefined> {
  const answer = await send({ method: "GET", url: `${url}/api/tags` }, signal).catch(() => undefined);
  signal.throwIfAborted();
  if (answer?.status !== 200) return undefined;
  const tags = v.safeParse(v.pipe(v.string(), v.parseJson(), Tags), answer.body);
  return tags.success ? tags.output.models : undefined;
}

const readModel = ({ name, size, digest, modified_at: modifiedAt, details }: Tagged): OllamaModel => ({
  name,
  sizeBytes: size,
  ...(digest !== undefined && { digest }),
  ...(modifiedAt !== undefined && { modifiedAt }),
  ...(details?.format !== undefined && { format: details.format }),
  ...(details?.quantization_level !== undefined && { quantization: details.quantization_level }),
  ...(details?.family !== undefined && { family: details.family }),
});

interface Asked {
  readonly method: "GET" | "DELETE";
  readonly url: string;
  readonly body?: string;
}

function send(
  { method, url, body }: Asked,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    // Node says no length for a DELETE by itself, and the body would be taken for another request.
    const headers =
      body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const timeout = method === "GET" ? PATIENCE_MS : REMOVAL_PATIENCE_MS;
    const asked = request(url, { method, headers, signal, timeout }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        if (text.length > LONGEST_ANSWER) asked.destroy(new Error("it answers without end"));
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("it does not answer")));
    asked.on("error", reject);
    asked.end(body);
  });
}
