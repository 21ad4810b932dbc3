import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** Of a machine, what says where its engines listen. */
export interface Machine {
  readonly platform: string;
  readonly home: string;
  readonly uid: number;
  readonly exists: (file: string) => boolean;
}

export const thisMachine = (): Machine => ({
  platform: process.platform,
  home: os.homedir(),
  uid: process.getuid?.() ?? 0,
  exists: existsSync,
});

/** Where engines listen that nobody named, Docker's own first; of sockets, those that are there. */
export function usualSockets(environment: Environment, { platform, home, uid, exists }: Machine): readonly string[] {
  if (platform === "win32")
    return ["docker_engine", "dockerDesktopLinuxEngine", "podman-machine-default"].map((pipe) => `//./pipe/${pipe}`);
  const join = (...parts: readonly string[]): string => path.posix.join(...parts);
  const runtime = environment["XDG_RUNTIME_DIR"] || `/run/user/${uid}`;
  const config = environment["XDG_CONFIG_HOME"] || join(home, ".config");
  const colima = [...(environment["COLIMA_HOME"] ? [environment["COLIMA_HOME"]] : []), join(home, ".colima")];
  const podman = /^unix:\/\/(.+)$/.exec(environment["CONTAINER_HOST"] ?? "")?.[1];
  const sockets = [
    "/var/run/docker.sock",
    // Rootless.
    join(runtime, "docker.sock"),
    // Docker Desktop.
    join(home, ".docker/run/docker.sock"),
    join(home, ".docker/desktop/docker.sock"),
    join(home, ".orbstack/run/docker.sock"),
    ...[...colima, join(config, "colima")].map((folder) => join(folder, "default/docker.sock")),
    join(home, ".lima/docker/sock/docker.sock"),
    join(home, ".rd/docker.sock"),
    ...(podman === undefined ? [] : [podman]),
    join(runtime, "podman/podman.sock"),
    "/run/podman/podman.sock",
    // Podman's virtual machine on a Mac; since 5 its socket lies in the folder for temporary files.
    join(home, ".local/share/containers/podman/machine/podman.sock"),
    join(environment["TMPDIR"] || "/tmp", "podman/podman-machine-default-api.sock"),
  ];
  return [...new Set(sockets)].filter((socket) => exists(socket));
}
