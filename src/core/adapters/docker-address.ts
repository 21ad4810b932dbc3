import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Where an engine may listen. */
export type DockerAddress =
  | { readonly name: string; readonly socketPath: string }
  | { readonly name: string; readonly host: string; readonly port: number };

/**
 * Addresses to try, in order. What a person named, by setting or DOCKER_HOST, is the only one; a text that is no
 * address is kept as such. Else the usual sockets of Docker, Docker Desktop, Colima, Rancher and Podman that exist.
 */
export function dockerAddresses(
  setting: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): readonly DockerAddress[] {
  const told = setting ?? (environment["DOCKER_HOST"] || undefined);
  if (told !== undefined) return [parseAddress(told) ?? { name: told, socketPath: told }];
  return usualSockets(environment).map((socketPath) => ({
    name: socketPath.startsWith("//") ? `npipe:${socketPath}` : `unix://${socketPath}`,
    socketPath,
  }));
}

export function parseAddress(text: string): DockerAddress | undefined {
  const socketPath = /^(?:unix|npipe):\/\/(.+)$/.exec(text)?.[1];
  if (socketPath !== undefined) return { name: text, socketPath };
  if (!/^(tcp|http):\/\//.test(text) || !URL.canParse(text.replace(/^tcp/, "http"))) return undefined;
  const url = new URL(text.replace(/^tcp/, "http"));
  return { name: text, host: url.hostname.replaceAll(/[[\]]/g, ""), port: Number(url.port || 2375) };
}

/** An engine elsewhere does not see this machine's files, nor this machine its ports on 127.0.0.1. */
export const isRemote = (address: DockerAddress): boolean =>
  "host" in address && !/^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(address.host);

function usualSockets(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  if (process.platform === "win32") return ["//./pipe/docker_engine", "//./pipe/podman-machine-default"];
  const home = os.homedir();
  const runtime = environment["XDG_RUNTIME_DIR"] ?? `/run/user/${process.getuid?.() ?? 0}`;
  const sockets = [
    "/var/run/docker.sock",
    path.join(runtime, "docker.sock"),
    path.join(home, ".docker/run/docker.sock"),
    path.join(home, ".docker/desktop/docker.sock"),
    path.join(home, ".colima/default/docker.sock"),
    path.join(home, ".rd/docker.sock"),
    path.join(runtime, "podman/podman.sock"),
    "/run/podman/podman.sock",
    path.join(home, ".local/share/containers/podman/machine/podman.sock"),
  ];
  return sockets.filter((socket) => existsSync(socket));
}
