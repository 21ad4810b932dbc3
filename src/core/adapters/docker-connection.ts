import { existsSync, readFileSync } from "node:fs";
import https from "node:https";
import path from "node:path";
import Docker from "dockerode";
import type { DockerAddress } from "./docker-address.ts";
import type { Tls } from "./docker-context.ts";

/** Nothing is asked yet. @throws Error where a certificate cannot be read */
export function dockerAt(address: Exclude<DockerAddress, { readonly refusal: string }>): Docker {
  if ("socketPath" in address) return new Docker({ socketPath: address.socketPath });
  const { host, port, tls } = address;
  if (!tls) return new Docker({ protocol: "http", host, port });
  return new Docker({ protocol: "https", host, port, ...certificates(tls) });
}

/** Our own certificate only where there is one: some engines want none. */
function certificates({ folder, verify }: Tls): object {
  const read = (name: string): object => {
    const file = path.join(folder, `${name}.pem`);
    return folder !== "" && existsSync(file) ? { [name]: readFileSync(file) } : {};
  };
  return {
    ...read("ca"),
    ...read("cert"),
    ...read("key"),
    ...(verify ? {} : { agent: new https.Agent({ rejectUnauthorized: false }) }),
  };
}
