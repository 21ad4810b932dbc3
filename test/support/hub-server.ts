import { createHash, createHmac, randomBytes } from "node:crypto";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Account,
  type Asker,
  isRefusal,
  modelInfo,
  readable,
  refuse,
  revisionOf,
  sendJson,
  treeItem,
  treeItems,
  visible,
} from "./hub/api.ts";
import { type Door, type FaultRule, type HubFault, createFaultScript, faultOf } from "./hub/faults.ts";
import { type Repository, type RepositoryFacts, type StoredFile, scanRepositories } from "./hub/repositories.ts";
import { sendFile } from "./hub/send-file.ts";

export interface HubServerOptions {
  /** `<folder>/<owner>/<repo>/<path>` is revision `main`, `<folder>/<owner>/<repo>@<name>/<path>` revision `<name>`. */
  readonly folder: string;
  /** Token → whose it is. */
  readonly accounts?: Readonly<Record<string, Account>>;
  /** `owner/repo` → what to say of it beside what its `.hub.json` and README say. */
  readonly repositories?: Readonly<Record<string, RepositoryFacts>>;
  /** Items a page of the tree holds; 1000 unless told. */
  readonly pageSize?: number;
  /** How long a signed address lives; an hour unless told. */
  readonly signatureSeconds?: number;
  /** Bytes per second of each connection that carries a file; unlimited unless told. */
  readonly bytesPerSecond?: number;
  /** Before each answer. */
  readonly latencyMs?: number;
  /** Of the hub; any free one unless told. */
  readonly port?: number;
}

/** One request as it came, and what went out. */
export interface HubRequest {
  readonly door: Door;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** When it came, in milliseconds of `performance.now()`. */
  readonly at: number;
  /** Of the answer; 0 until it began. */
  readonly status: number;
  /** Of the file's bytes in the answer. */
  bytes: number;
}

export interface HubServer {
  /** The hub's address: what `huggingface.endpoint` is set to. */
  readonly url: string;
  /** Another origin, where large files come from. */
  readonly cdnUrl: string;
  /** Oldest first. */
  readonly requests: readonly HubRequest[];
  forget(): void;
  /** From now on, of answers under way too; undefined: as fast as it goes. */
  pace(bytesPerSecond: number | undefined): void;
  /** From now on no answer begins, until what it returns is called. */
  hold(): () => void;
  /** From now on this goes wrong, as often as it says. */
  fail(fault: HubFault, rule?: Omit<FaultRule, "do">): void;
  heal(): void;
  /** Reads the folder anew. */
  rescan(): Promise<void>;
  /** The commit a branch, tag or short id stands for. */
  commit(id: string, revision?: string): string;
  close(): Promise<void>;
}

/** The documented HTTP interface of a Hugging Face hub over the real files of a folder, on loopback. */
export async function startHubServer(options: HubServerOptions): Promise<HubServer> {
  const script = createFaultScript();
  const requests: HubRequest[] = [];
  const secret = randomBytes(16);
  let rate = options.bytesPerSecond;
  let held = Promise.resolve();
  let repositories: readonly Repository[] = [];
  const rescan = async (): Promise<void> => {
    const found = await scanRepositories(options.folder);
    repositories = found.map((one) => ({ ...one, ...options.repositories?.[one.id] }));
  };
  await rescan();

  const cdn = createServer((request, response) => void answer(request, response, "cdn", serveCdn));
  const hub = createServer((request, response) => {
    const door = /^\/[^/]+\/[^/]+\/resolve\//.test(request.url ?? "") ? "resolve" : "api";
    void answer(request, response, door, door === "resolve" ? serveResolve : serveApi);
  });
  // Who was held up for long finds its connection still there.
  for (const server of [cdn, hub]) server.keepAliveTimeout = 60_000;
  const cdnUrl = await listen(cdn, 0);
  const url = await listen(hub, options.port ?? 0);

  type Handler = (
    request: IncomingMessage,
    response: ServerResponse,
    faults: readonly HubFault[],
    logged: HubRequest,
  ) => Promise<void>;

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    door: Door,
    handler: Handler,
  ): Promise<void> {
    const logged: HubRequest = {
      door,
      method: request.method ?? "GET",
      url: request.url ?? "/",
      headers: { ...request.headers },
      at: performance.now(),
      get status() {
        return response.headersSent ? response.statusCode : 0;
      },
      bytes: 0,
    };
    requests.push(logged);
    response.on("error", () => undefined);
    const faults = script.take(door, request);
    try {
      await held;
      const wait = (options.latencyMs ?? 0) + (faultOf(faults, "wait")?.ms ?? 0);
      if (wait > 0) await sleep(wait);
      if (door === "api")
        for (const fault of faults) if (fault.kind === "header") response.setHeader(fault.name, fault.value);
      if (!answerFault(response, faults)) await handler(request, response, faults, logged);
    } catch (error) {
      if (!response.headersSent) refuse(response, { status: 500, message: String(error) });
      else response.destroy();
    }
  }

  async function serveApi(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    const asker = askerOf(request);
    if (pathname === "/api/whoami-v2") {
      if (asker === "none" || asker === "wrong")
        return refuse(response, { status: 401, message: "Invalid username or password." });
      return sendJson(response, { type: "user", name: asker.name, auth: { type: "access_token" } });
    }
    if (pathname === "/api/models") {
      const words = (searchParams.get("search") ?? "").toLowerCase();
      const hits = repositories.filter(
        (one) =>
          one.id.toLowerCase().includes(words) &&
          !isRefusal(visible(one, asker)) &&
          (searchParams.get("author") ?? one.id.split("/")[0]) === one.id.split("/")[0] &&
          searchParams.getAll("filter").every((tag) => tagsOf(one).includes(tag)),
      );
      const limit = Number(searchParams.get("limit") ?? 500);
      const from = placeOf(searchParams);
      return sendJson(
        response,
        hits
          .slice(from, from + limit)
          .flatMap((one) => one.revisions.slice(0, 1).map((revision) => modelInfo(one, revision))),
        from + limit < hits.length ? nextPage(request, from + limit) : {},
      );
    }
    const match = /^\/api\/models\/([^/]+\/[^/]+)(?:\/(revision|tree|paths-info)\/([^/]+)(?:\/(.*))?)?$/.exec(pathname);
    if (!match) return refuse(response, { status: 404, message: "Sorry, we can't find the page you are looking for." });
    const [, encoded = "", what, rev = "main", rest = ""] = match;
    const id = decodeURIComponent(encoded);
    const renamed = newName(id);
    if (renamed !== undefined) {
      return void response.writeHead(307, { location: (request.url ?? "").replace(encoded, renamed) }).end();
    }
    const repository = visible(find(id), asker);
    if (isRefusal(repository)) return refuse(response, repository);
    const revision = revisionOf(repository, decodeURIComponent(rev));
    if (isRefusal(revision)) return refuse(response, revision);
    if (what === undefined || what === "revision") return sendJson(response, modelInfo(repository, revision));

    if (what === "paths-info") {
      if (request.method !== "POST") return refuse(response, { status: 405, message: "Method not allowed" });
      const { paths, expand } = JSON.parse(await readBody(request)) as { paths: string[] | string; expand?: boolean };
      const wanted = new Set([paths].flat());
      const found = revision.files.filter((file) => wanted.has(file.path));
      return sendJson(
        response,
        found.map((file) => treeItem(file, revision, expand === true, repository.scans)),
      );
    }
    const folder = decodeURIComponent(rest);
    const items = treeItems(revision, {
      folder,
      recursive: isTrue(searchParams.get("recursive")),
      expand: isTrue(searchParams.get("expand")),
    });
    if (folder !== "" && items.length === 0) {
      return refuse(response, { status: 404, code: "EntryNotFound", message: `${folder} does not exist on "${rev}"` });
    }
    const from = placeOf(searchParams);
    const size = options.pageSize ?? 1000;
    const more = from + size < items.length;
    return sendJson(response, items.slice(from, from + size), more ? nextPage(request, from + size) : {});
  }

  const placeOf = (asked: URLSearchParams): number =>
    Number(Buffer.from(asked.get("cursor") ?? "", "base64url").toString() || 0);

  function nextPage(request: IncomingMessage, from: number): Record<string, string> {
    const next = new URL(request.url ?? "/", url);
    next.searchParams.set("cursor", Buffer.from(String(from)).toString("base64url"));
    return { link: `<${next.href}>; rel="next"` };
  }

  const tagsOf = (repository: Repository): readonly unknown[] =>
    repository.revisions.slice(0, 1).flatMap((revision) => [modelInfo(repository, revision)["tags"]].flat());

  const serveResolve: Handler = async (request, response, faults, logged) => {
    const { pathname } = new URL(request.url ?? "/", url);
    const [, id = "", rev = "", path = ""] = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
    const asker = askerOf(request);
    const renamed = newName(id);
    if (renamed !== undefined) return void response.writeHead(307, { location: pathname.replace(id, renamed) }).end();
    const repository = visible(find(id), asker);
    if (isRefusal(repository)) return refuse(response, repository);
    const refusal = readable(repository, asker);
    if (refusal) return refuse(response, refusal);
    const revision = revisionOf(repository, decodeURIComponent(rev));
    if (isRefusal(revision)) return refuse(response, revision);
    const wanted = decodeURIComponent(path);
    const file = revision.files.find((one) => one.path === wanted);
    if (!file) {
      return refuse(response, { status: 404, code: "EntryNotFound", message: "Entry not found" });
    }
    const headers = {
      "x-repo-commit": revision.commit,
      ratelimit: '"resolvers";r=2999;t=300',
      "ratelimit-policy": '"fixed window";"resolvers";q=3000;w=300',
      "access-control-expose-headers": "X-Repo-Commit,X-Linked-Size,X-Linked-ETag,ETag",
    };
    if (!file.lfs) {
      return sendFile(request, response, {
        file: file.file,
        size: file.size,
        etag: `"${file.oid}"`,
        headers: { ...headers, "content-type": "text/plain; charset=utf-8" },
        faults,
        rate: () => rate,
        onBytes: (count) => void (logged.bytes += count),
      });
    }
    const etagFault = faultOf(faults, "etag");
    const linked: Record<string, string> = {
      "x-linked-size": String(file.size),
      "x-linked-etag": etagFault?.value ?? `"${file.sha256}"`,
    };
    for (const fault of faults) if (fault.kind === "header") linked[fault.name] = fault.value;
    const location = signed(file);
    response
      .writeHead(302, {
        ...headers,
        etag: `"${file.sha256}"`,
        ...linked,
        location,
        "content-type": "text/plain; charset=utf-8",
      })
      .end(request.method === "HEAD" ? undefined : `Found. Redirecting to ${location}`);
  };

  const serveCdn: Handler = async (request, response, faults, logged) => {
    const xml = (status: number, code: string): void =>
      void response.writeHead(status, { "content-type": "application/xml" }).end(`<Error><Code>${code}</Code></Error>`);
    // As R2 and S3: one way to prove a right, not two.
    if (request.headers.authorization !== undefined) return xml(400, "InvalidArgument");
    const address = new URL(request.url ?? "/", cdnUrl);
    const expires = address.searchParams.get("Expires") ?? "";
    if (address.searchParams.get("Signature") !== signature(address.pathname, expires)) return xml(403, "AccessDenied");
    if (Number(expires) < Date.now()) return xml(403, "ExpiredToken");
    const sha256 = address.pathname.split("/").at(-1);
    const files = repositories.flatMap((one) => one.revisions.flatMap((revision) => revision.files));
    const file = files.find((one) => one.sha256 === sha256);
    if (!file) return xml(404, "NoSuchKey");
    return sendFile(request, response, {
      file: file.file,
      size: file.size,
      // Not the sha256: the store has its own idea of a name.
      etag: `"${createHash("md5").update(file.sha256).digest("hex")}-2"`,
      headers: { "content-type": "binary/octet-stream", "last-modified": "Sun, 01 Nov 2026 00:00:00 GMT" },
      faults,
      rate: () => rate,
      onBytes: (count) => void (logged.bytes += count),
    });
  };

  const find = (id: string): Repository | undefined => repositories.find((one) => one.id === id);
  const newName = (id: string): string | undefined => repositories.find((one) => one.formerly?.includes(id))?.id;
  const signature = (path: string, expires: string): string =>
    createHmac("sha256", secret).update(`${path}|${expires}`).digest("base64url");
  const signed = (file: StoredFile): string => {
    const path = `/repos/blobs/${file.sha256}`;
    const expires = String(Date.now() + (options.signatureSeconds ?? 3600) * 1000);
    const query = new URLSearchParams({ Expires: expires, Signature: signature(path, expires), "Key-Pair-Id": "TEST" });
    return `${cdnUrl}${path}?${query}`;
  };
  const askerOf = (request: IncomingMessage): Asker => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    return token === undefined ? "none" : (options.accounts?.[token] ?? "wrong");
  };

  return {
    url,
    cdnUrl,
    requests,
    forget: () => void requests.splice(0),
    pace: (bytesPerSecond) => void (rate = bytesPerSecond),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    fail: (fault, rule = {}) => script.add({ ...rule, do: fault }),
    heal: () => script.clear(),
    rescan,
    commit: (id, revision = "main") => {
      const repository = find(id);
      const found = repository && revisionOf(repository, revision);
      if (!found || isRefusal(found)) throw new Error(`no revision ${revision} of ${id}`);
      return found.commit;
    },
    close: async () => {
      await Promise.all([hub, cdn].map(stop));
    },
  };
}

/** True where the fault is the whole answer. */
function answerFault(response: ServerResponse, faults: readonly HubFault[]): boolean {
  for (const fault of faults) {
    if (fault.kind === "status") {
      const body = fault.body ?? `{"error":"status ${fault.status}"}`;
      response.writeHead(fault.status, { "content-type": "application/json", ...fault.headers }).end(body);
      return true;
    }
    if (fault.kind === "redirect") {
      response.writeHead(fault.status ?? 302, { location: fault.to }).end();
      return true;
    }
    if (fault.kind === "html") {
      response
        .writeHead(200, { "content-type": "text/html; charset=utf-8" })
        .end("<!doctype html><title>Sign in</title>");
      return true;
    }
  }
  return false;
}

const isTrue = (value: string | null): boolean => value === "true" || value === "True" || value === "1";

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  return `http://127.0.0.1:${address.port}`;
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
