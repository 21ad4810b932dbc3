import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Available, say, unavailable } from "./available.ts";
import { startDaemon } from "./engine-daemon.ts";
import { type Engine, engineAt } from "./engine-api.ts";
import { installDaemon } from "./engine-install.ts";

const SOCKET = "/var/run/docker.sock";

/** The engine at DOCKER_HOST, or where one usually listens. */
export async function findEngine(): Promise<Available<{ readonly engine: Engine }>> {
  const told = process.env["DOCKER_HOST"];
  for (const host of told ? [told] : usual()) {
    const engine = await engineAt(host);
    if (engine) return { ok: true, engine };
  }
  return unavailable(told ? `no engine answers at DOCKER_HOST=${told}` : "no Docker engine answers here");
}

function usual(): readonly string[] {
  if (process.platform === "win32") return ["npipe:////./pipe/docker_engine"];
  const runtime = process.env["XDG_RUNTIME_DIR"];
  const sockets = [
    SOCKET,
    ...(runtime ? [path.join(runtime, "docker.sock")] : []),
    path.join(os.homedir(), ".docker/run/docker.sock"),
    path.join(os.homedir(), ".docker/desktop/docker.sock"),
  ];
  return sockets.filter((socket) => existsSync(socket)).map((socket) => `unix://${socket}`);
}

/**
 * An engine that is there, else Debian's, installed and started. It is left running either way: it is the machine's,
 * and the next run finds it.
 */
export async function bringUpEngine(): Promise<Available<{ readonly engine: Engine }>> {
  const there = await findEngine();
  if (there.ok || process.env["DOCKER_HOST"]) return there;
  const daemon = await installDaemon();
  if (!daemon.ok) return unavailable(`${there.reason}, and ${daemon.reason}`);
  say("starting a Docker engine (dockerd), which goes on running");
  const started = await startDaemon({
    socket: SOCKET,
    data: "/var/lib/docker",
    state: "/var/run/docker",
    pidFile: "/var/run/docker.pid",
    log: "/var/log/dockerd.log",
    // From the whole thing down to what a machine without netfilter or overlay still does.
    tries: [[], ["--iptables=false"], ["--iptables=false", "--storage-driver=vfs"]],
    outlive: true,
  });
  return started.ok ? { ok: true, engine: started.engine } : started;
}
