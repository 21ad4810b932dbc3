import http from "node:http";
import type { Readable } from "node:stream";

/** An engine that answers: what DOCKER_HOST would say of it. */
export interface Engine {
  readonly host: string;
  readonly version: string;
}

const where = (host: string): http.RequestOptions => {
  const unix = /^unix:\/\/(.+)$/.exec(host)?.[1] ?? /^npipe:\/\/(.+)$/.exec(host)?.[1];
  if (unix !== undefined) return { socketPath: unix };
  const url = new URL(host.replace(/^tcp:/, "http:"));
  return { hostname: url.hostname, port: url.port };
};

/** One request to an engine's HTTP API, of which tests need little. @throws Error where nothing answers in time */
export function askEngine(
  host: string,
  method: string,
  path: string,
  { body, timeout = 30_000 }: { readonly body?: Readable; readonly timeout?: number } = {},
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": "application/x-tar" };
    const request = http.request({ ...where(host), method, path, headers, agent: false, timeout }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error(`no answer from ${host} within ${timeout} ms`)));
    request.on("error", reject);
    if (body) body.on("error", reject).pipe(request);
    else request.end();
  });
}

export async function engineAt(host: string): Promise<Engine | undefined> {
  try {
    const { status, text } = await askEngine(host, "GET", "/version", { timeout: 30_000 });
    const { Version: version } = JSON.parse(text) as { Version?: string };
    return status === 200 && version !== undefined ? { host, version } : undefined;
  } catch {
    return undefined;
  }
}

export const hasImage = async ({ host }: Engine, image: string): Promise<boolean> =>
  (await askEngine(host, "GET", `/images/${encodeURIComponent(image)}/json`)).status === 200;

/** Removes the containers that carry a label (`key` or `key=value`), with their anonymous volumes. */
export async function removeContainers({ host }: Engine, label: string): Promise<number> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const { text } = await askEngine(host, "GET", `/containers/json?all=1&filters=${filters}`);
  const found = JSON.parse(text) as { Id: string }[];
  for (const { Id } of found) await askEngine(host, "DELETE", `/containers/${Id}?force=1&v=1`);
  return found.length;
}
