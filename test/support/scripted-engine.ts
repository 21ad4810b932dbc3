import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import os from "node:os";
import path from "node:path";

type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void | Promise<void>;

/** An engine that does what a test says, over a socket of its own. */
export interface ScriptedEngine {
  /** For `dockerHost`. */
  readonly host: string;
  /** `METHOD /path` of each request, without the API's version and the query. */
  readonly asked: readonly string[];
  /** What starts with `METHOD /path` is answered so from now on; what nobody answers is 404. */
  on(what: string, answer: Answer | object): void;
  /** Ends it as a kill would; `start` again opens the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export const json = (response: http.ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

export async function scriptedEngine(): Promise<ScriptedEngine> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "mde-"));
  const socket = path.join(folder, "e.sock");
  const asked: string[] = [];
  const answers = new Map<string, Answer>();
  let server: http.Server | undefined;
  const handle = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const [address = ""] = (request.url ?? "").split("?");
    const what = `${request.method} ${address.replace(/^\/v[\d.]+/, "")}`;
    asked.push(what);
    const key = [...answers.keys()].filter((one) => what.startsWith(one)).sort((a, b) => b.length - a.length)[0];
    const answer = key === undefined ? undefined : answers.get(key);
    if (answer) await answer(request, response);
    else json(response, 404, { message: `nothing answers ${what}` });
  };
  const engine: ScriptedEngine = {
    host: `unix://${socket}`,
    asked,
    on: (what, answer) =>
      void answers.set(
        what,
        typeof answer === "function" ? (answer as Answer) : (_, response) => json(response, 200, answer),
      ),
    start: async () => {
      server = http.createServer((request, response) => void handle(request, response));
      server.listen(socket);
      await once(server, "listening");
    },
    stop: async () => {
      if (!server) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      server = undefined;
      await closed;
    },
    close: async () => {
      await engine.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  engine.on("GET /version", { Version: "1", ApiVersion: "1.41", Components: [] });
  engine.on("GET /info", { Runtimes: { runc: {} }, SecurityOptions: [] });
  engine.on("GET /images/", { Id: "sha256:1" });
  engine.on("GET /containers/json", []);
  await engine.start();
  return engine;
}
