import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { askEngine } from "./engine-api.ts";

/** A way to a real engine on which a test can hold a server that starts: it is there, and is never ready. */
export interface FreezingEngine {
  /** For `dockerHost`. */
  readonly host: string;
  /** The next container that is started is frozen before anybody hears that it runs. Resolves once it is. */
  freezeNext(): Promise<void>;
  close(): Promise<void>;
}

const START = /\/containers\/([^/?]+)\/start\b/;

/** @param engine its socket, as `unix://…` */
export async function freezingEngine(engine: string): Promise<FreezingEngine> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "mdf-"));
  const socketPath = engine.replace("unix://", "");
  let frozen: (() => void) | undefined;
  const freeze = async (url: string): Promise<void> => {
    const [, id] = START.exec(url) ?? [];
    if (!frozen || id === undefined) return;
    const tell = frozen;
    frozen = undefined;
    await askEngine(engine, "POST", `/containers/${id}/pause`);
    tell();
  };
  const server = http.createServer((request, response) => {
    const { method = "GET", url = "", headers } = request;
    const onward = http.request({ socketPath, method, path: url, headers }, (answer) => {
      const pass = (): void => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        answer.on("error", () => response.destroy()).pipe(response);
      };
      void freeze(url).then(pass, () => response.destroy());
    });
    for (const side of [request, response]) side.on("error", () => onward.destroy());
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  });
  const place = path.join(folder, "e.sock");
  server.listen(place);
  await once(server, "listening");
  return {
    host: `unix://${place}`,
    freezeNext: () => new Promise((resolve) => (frozen = resolve)),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
