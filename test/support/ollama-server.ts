import { type ServerResponse, createServer } from "node:http";

/** A line of the answer to a pull; text goes out as it is. `cut`: the connection breaks. `stay`: nothing more comes. */
export type PullLine = Readonly<Record<string, unknown>> | string;

export interface OllamaTestServer {
  readonly url: string;
  /** Oldest first: method, path, body. */
  readonly asked: readonly string[];
  /** `name:tag` → what a pull of it answers; others are not found. */
  readonly pulls: Map<string, readonly PullLine[]>;
  /** Resolves when whoever pulls has left before the end. */
  readonly left: Promise<void>;
  close(): Promise<void>;
}

/** The part of Ollama's interface that we ask, on loopback; it streams its answers to pulls as the real one does. */
export async function startOllamaServer(
  models: readonly { readonly name: string; readonly size: number; readonly quantization?: string }[] = [],
): Promise<OllamaTestServer> {
  const asked: string[] = [];
  const pulls: OllamaTestServer["pulls"] = new Map();
  const left = Promise.withResolvers<void>();

  function answerPull(response: ServerResponse, body: string): void {
    const { model } = JSON.parse(body) as { model: string };
    const lines = pulls.get(model) ?? [{ error: "pull model manifest: file does not exist" }];
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.on("close", () => {
      if (!response.writableFinished) left.resolve();
    });
    for (const line of lines) {
      if (line === "stay") return;
      if (line === "cut") {
        response.socket?.destroySoon();
        return;
      }
      response.write(typeof line === "string" ? line : `${JSON.stringify(line)}\n`);
    }
    response.end();
  }

  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      asked.push(`${request.method} ${request.url} ${body}`);
      if (request.url === "/api/pull") return answerPull(response, body);
      if (request.url !== "/api/tags") return void response.writeHead(404).end();
      response.end(
        JSON.stringify({
          models: models.map(({ name, size, quantization }) => ({
            name,
            size,
            digest: `digest of ${name}`,
            modified_at: "2026-11-01T00:00:00Z",
            details: { format: "gguf", family: "llama", quantization_level: quantization },
          })),
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    pulls,
    left: left.promise,
    close: async () => {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
