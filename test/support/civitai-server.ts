import { type IncomingMessage, type ServerResponse, createServer } from "node:http";

/** A version as Civitai tells it, as far as a test cares. */
export interface StoredVersion {
  readonly id: number;
  readonly modelId: number;
  readonly name: string;
  /** Of its one file; lower case. */
  readonly sha256: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface CivitaiRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  /** Parsed JSON. */
  readonly body: unknown;
}

/** What goes wrong with the next answers. */
export interface CivitaiFault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** 1 unless told. */
  readonly times?: number;
  /** Must occur in the address. */
  readonly url?: string;
}

export interface CivitaiServer {
  readonly url: string;
  /** Oldest first. */
  readonly requests: readonly CivitaiRequest[];
  readonly versions: StoredVersion[];
  /** Path → content, with its type. */
  readonly pictures: Map<string, { readonly content: Uint8Array; readonly type: string }>;
  /** File id → its content, at the address of its download. */
  readonly contents: Map<number, Uint8Array>;
  /** File ids that are sent to those who sign in alone. */
  readonly behindLogin: Set<number>;
  /** Token → whose it is. */
  readonly accounts: Map<string, string>;
  /** Model id → what is told of it beside its versions. */
  readonly models: Map<number, Readonly<Record<string, unknown>>>;
  fail(fault: CivitaiFault): void;
  close(): Promise<void>;
}

/** The part of Civitai's documented interface that we ask, on loopback. */
export async function startCivitaiServer(versions: readonly StoredVersion[] = []): Promise<CivitaiServer> {
  const stored = [...versions];
  const requests: CivitaiRequest[] = [];
  const faults: { fault: CivitaiFault; left: number }[] = [];
  const pictures: CivitaiServer["pictures"] = new Map();
  const contents: CivitaiServer["contents"] = new Map();
  const behindLogin: CivitaiServer["behindLogin"] = new Set();
  const accounts: CivitaiServer["accounts"] = new Map();
  const models: CivitaiServer["models"] = new Map();

  const server = createServer((request, response) => void answer(request, response));
  // Who was held up for long finds its connection still there.
  server.keepAliveTimeout = 60_000;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const { method = "GET", url = "/", headers } = request;
    requests.push({ method, url, headers, body });
    const due = faults.find(({ fault, left }) => left > 0 && url.includes(fault.url ?? ""));
    if (due) {
      due.left -= 1;
      response.writeHead(due.fault.status, due.fault.headers).end(due.fault.body ?? '{"error":"no"}');
      return;
    }
    // What looks like a browser is sent to sign in.
    if (headers["user-agent"]?.startsWith("modeldeck") !== true) {
      response.writeHead(200, { "content-type": "text/html" }).end("<title>Sign in</title>");
      return;
    }
    const picture = pictures.get(url);
    if (picture) {
      response.writeHead(200, { "content-type": picture.type }).end(picture.content);
      return;
    }
    const asker = accounts.get(/^Bearer (.*)$/.exec(headers.authorization ?? "")?.[1] ?? "");
    if (url === "/api/v1/me") {
      if (asker === undefined) response.writeHead(401).end('{"error":"Unauthorized"}');
      else sendJson(response, { id: 1, username: asker });
      return;
    }
    const download = /^\/api\/download\/models\/(\d+)(?:\?fileId=(\d+))?$/.exec(url);
    if (download) return sendContent(request, response, Number(download[1]), download[2], asker);
    sendJson(response, jsonFor(method, url, body));
  }

  function sendContent(
    request: IncomingMessage,
    response: ServerResponse,
    version: number,
    wanted: string | undefined,
    asker: string | undefined,
  ): void {
    const file = wanted === undefined ? version * 10 : Number(wanted);
    const content = contents.get(file);
    if (behindLogin.has(file) && asker === undefined)
      return void response.writeHead(401, { "content-type": "application/json" }).end('{"error":"Unauthorized"}');
    if (!content) return sendJson(response, undefined);
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
    const [from, to] = range ? [Number(range[1]), Number(range[2])] : [0, content.length - 1];
    response.writeHead(range ? 206 : 200, {
      "content-type": "application/octet-stream",
      "content-length": String(to - from + 1),
      etag: `"${file}"`,
      ...(range && { "content-range": `bytes ${from}-${to}/${content.length}` }),
    });
    response.end(content.subarray(from, to + 1));
  }

  function jsonFor(method: string, url: string, body: unknown): unknown {
    const hashes = Array.isArray(body) ? body.map((one) => String(one).toLowerCase()) : [];
    const known = stored.filter(({ sha256 }) => hashes.includes(sha256));
    if (method === "POST" && url === "/api/v1/model-versions/by-hash/ids") {
      if (hashes.length > 10_000) return undefined;
      return known.map(({ id, modelId, sha256 }) => ({ modelVersionId: id, modelId, hash: sha256.toUpperCase() }));
    }
    if (method === "POST" && url === "/api/v1/model-versions/by-hash") {
      return hashes.length > 100 ? undefined : known.map(recordOf);
    }
    const version = Number(/^\/api\/v1\/model-versions\/(\d+)$/.exec(url)?.[1]);
    const named = stored.find(({ id }) => id === version);
    if (named) return recordOf(named);
    const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
    if (pathname === "/api/v1/models") return found(searchParams);
    const model = Number(/^\/api\/v1\/models\/(\d+)$/.exec(url)?.[1]);
    return modelOf(model);
  }

  function modelOf(model: number): unknown {
    const own = stored.filter(({ modelId }) => modelId === model);
    if (own.length === 0 && !models.has(model)) return undefined;
    const newest = own.toSorted((a, b) => b.id - a.id);
    return { id: model, name: `Model ${model}`, modelVersions: newest.map(recordOf), ...models.get(model) };
  }

  /** By name, with a cursor, as its search answers. */
  function found(asked: URLSearchParams): unknown {
    const ids = [...new Set(stored.map(({ modelId }) => modelId))].toSorted((a, b) => a - b);
    const words = (asked.get("query") ?? "").toLowerCase();
    const hits = ids.map(modelOf).filter((one) => JSON.stringify(one).toLowerCase().includes(words));
    const [from, limit] = [Number(asked.get("cursor") ?? 0), Number(asked.get("limit") ?? 100)];
    const more = from + limit < hits.length;
    return { items: hits.slice(from, from + limit), metadata: more ? { nextCursor: from + limit } : {} };
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    versions: stored,
    pictures,
    contents,
    behindLogin,
    accounts,
    models,
    fail: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const recordOf = ({ id, modelId, name, sha256, more }: StoredVersion): Readonly<Record<string, unknown>> => ({
  id,
  modelId,
  name,
  trainedWords: [],
  files: [
    { id: id * 10, name: `${name}.safetensors`, sizeKB: 12.5, primary: true, hashes: { SHA256: sha256.toUpperCase() } },
  ],
  images: [],
  ...more,
});

function sendJson(response: ServerResponse, value: unknown): void {
  const headers = { "content-type": "application/json" };
  if (value === undefined) response.writeHead(404, headers).end('{"error":"Not found"}');
  else response.writeHead(200, headers).end(JSON.stringify(value));
}
