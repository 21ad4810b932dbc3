import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import path from "node:path";
import Docker from "dockerode";
import type { DockerAddress } from "./docker-address.ts";
import type { Tls } from "./docker-context.ts";

/** Nothing is asked yet. @throws Error where a certificate cannot be read */
export function dockerAt(address: Exclude<DockerAddress, { readonly refusal: string }>): Docker {
  if ("socketPath" in address) return new Docker({ ...NONE, socketPath: address.socketPath });
  const { host, port, tls } = address;
  // dockerode's own types leave the agent out.
  const over = tls
    ? { protocol: "https" as const, agent: new https.Agent({ ...KEEPALIVE, rejectUnauthorized: tls.verify }) }
    : { protocol: "http" as const, agent: new http.Agent(KEEPALIVE) };
  return new Docker({ ...NONE, ...over, host, port, ...(tls ? certificates(tls) : {}) });
}

/** What is left out here, dockerode would take from DOCKER_HOST and its like, whatever address was chosen. */
const NONE: Docker.DockerOptions = {
  protocol: "http",
  host: undefined,
  port: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
};

/**
 * A network may take a connection away without a word; questions that wait for something to happen are over it for
 * hours. Connections are not used twice: an engine that is started again has forgotten them.
 */
const KEEPALIVE = { keepAlive: true, keepAliveMsecs: 10_000, maxFreeSockets: 0 } as const;

/** Our own certificate only where there is one: some engines want none. */
function certificates({ folder }: Tls): object {
  const read = (name: string): object => {
    const file = path.join(folder, `${name}.pem`);
    return folder !== "" && existsSync(file) ? { [name]: readFileSync(file) } : {};
  };
  return { ...read("ca"), ...read("cert"), ...read("key") };
}
