import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Available, unavailable } from "./available.ts";
import { must, run } from "./command.ts";
import { mountControlGroups } from "./control-groups.ts";
import { type Engine, engineAt } from "./engine-api.ts";
import { installDaemon } from "./engine-install.ts";

interface Daemon {
  readonly socket: string;
  readonly data: string;
  readonly state: string;
  readonly pidFile: string;
  readonly log: string;
  /** Arguments to try, one set after the other, until one starts. */
  readonly tries: readonly (readonly string[])[];
  /** Goes on when this process ends. */
  readonly outlive: boolean;
}

/** Milliseconds; one that cannot start ends by itself, and long before. */
const PATIENCE = 120_000;

/** Starts a dockerd and waits until it answers. */
export async function startDaemon(
  daemon: Daemon,
): Promise<Available<{ readonly engine: Engine; readonly child: ChildProcess; readonly args: readonly string[] }>> {
  await mountControlGroups();
  await Promise.all(
    [daemon.data, daemon.state, path.dirname(daemon.log), path.dirname(daemon.socket)].map((one) =>
      mkdir(one, { recursive: true }),
    ),
  );
  for (const args of daemon.tries) {
    const started = await tryOnce(daemon, args);
    if (started) return { ok: true, ...started, args };
  }
  const log = await readFile(daemon.log, "utf8");
  const last = log.split("\n").findLast((line) => /level=(error|fatal)|^failed/.test(line)) ?? "it said nothing";
  return unavailable(`dockerd does not start here: ${last.slice(0, 200)} (${daemon.log})`);
}

async function tryOnce(
  daemon: Daemon,
  args: readonly string[],
): Promise<{ engine: Engine; child: ChildProcess } | undefined> {
  // A pid file left by a machine that went down names a stranger, and keeps dockerd from starting.
  await dropStale(daemon.pidFile, "dockerd");
  await dropStale(path.join(daemon.state, "containerd/containerd.pid"), "containerd");
  const log = await open(daemon.log, "a");
  const own = [
    "--data-root",
    daemon.data,
    "--exec-root",
    daemon.state,
    "--pidfile",
    daemon.pidFile,
    "-H",
    `unix://${daemon.socket}`,
  ];
  const child = spawn("dockerd", [...own, ...args], {
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
    env: { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` },
  });
  const ended = once(child, "exit").catch(() => []);
  await log.close();
  const until = Date.now() + PATIENCE;
  while (Date.now() < until && child.exitCode === null && child.signalCode === null) {
    const engine = await engineAt(`unix://${daemon.socket}`);
    if (engine) {
      if (daemon.outlive) child.unref();
      return { engine, child };
    }
    await Promise.race([sleep(100), ended]);
  }
  // The next one would find its pid file.
  child.kill();
  await ended;
  return undefined;
}

/** A killed dockerd takes its containerd along, a moment later; one that starts meanwhile waits for it in vain. */
async function containerdGone(state: string): Promise<void> {
  const pid = (await readFile(path.join(state, "containerd/containerd.pid"), "utf8").catch(() => "")).trim();
  if (pid === "") return;
  const nameOf = async (): Promise<string> => (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim();
  while ((await nameOf()) === "containerd") await sleep(50);
}

async function dropStale(pidFile: string, name: string): Promise<void> {
  const pid = (await readFile(pidFile, "utf8").catch(() => "")).trim();
  if (pid === "") return;
  const running = (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim();
  if (running !== name) await rm(pidFile, { force: true });
}

/** A dockerd leaves its data folder mounted on itself. */
async function unmountBelow(root: string): Promise<void> {
  const mounts = (await readFile("/proc/mounts", "utf8")).split("\n").map((line) => line.split(" ")[1] ?? "");
  for (const mount of mounts.filter((one) => one.startsWith(`${root}/`)).toReversed())
    await run("umount", ["-l", mount]);
}

export interface OwnEngine {
  readonly engine: Engine;
  /** As a power cut would: the engine is gone at once, its containers may go on. */
  kill(): Promise<void>;
  /** After a kill: the same data, the same address. */
  restart(): Promise<void>;
  /** Ends it with its containers, and removes all that it wrote; once is enough. */
  stop(): Promise<void>;
}

/**
 * An engine of a test's own under `root` (keep it short: sockets lie in it), which it may stop and kill. It has a bridge
 * of its own and leaves the machine's packet filter alone, so that the machine's engine does not notice it.
 */
export async function startOwnEngine({
  root,
  subnet = 231,
  more = [],
}: {
  readonly root: string;
  readonly subnet?: number;
  /** More arguments of dockerd. */
  readonly more?: readonly string[];
}): Promise<Available<{ readonly own: OwnEngine }>> {
  const dockerd = await installDaemon();
  if (!dockerd.ok) return unavailable(`an engine of the tests' own cannot be started: ${dockerd.reason}`);
  const bridge = `mdtest${subnet}`;
  await run("ip", ["link", "add", "name", bridge, "type", "bridge"]);
  await run("ip", ["addr", "add", `10.${subnet}.77.1/24`, "dev", bridge]);
  await must("ip", ["link", "set", bridge, "up"]).catch(() => undefined);
  const removeBridge = (): Promise<unknown> => run("ip", ["link", "del", bridge]);
  const daemon: Daemon = {
    socket: path.join(root, "engine.sock"),
    data: path.join(root, "data"),
    state: path.join(root, "exec"),
    pidFile: path.join(root, "dockerd.pid"),
    log: path.join(root, "dockerd.log"),
    tries: [
      ["--iptables=false", "--ip-masq=false", `--bridge=${bridge}`, ...more],
      ["--iptables=false", "--ip-masq=false", `--bridge=${bridge}`, ...more, "--storage-driver=vfs"],
    ],
    outlive: false,
  };
  const first = await startDaemon(daemon);
  if (!first.ok) {
    await removeBridge();
    return first;
  }
  let child = first.child;
  let stopped = false;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  const restart = async (): Promise<void> => {
    await containerdGone(daemon.state);
    // With the arguments that worked: another storage driver would not see what the first one keeps.
    const again = await startDaemon({ ...daemon, tries: [first.args] });
    if (!again.ok) throw new Error(again.reason);
    child = again.child;
  };
  return {
    ok: true,
    own: {
      engine: first.engine,
      kill: () => end("SIGKILL"),
      restart,
      stop: async () => {
        if (stopped) return;
        stopped = true;
        // A killed engine's containers are ended by the engine that comes after it.
        if (child.signalCode !== null) await restart();
        await end("SIGTERM");
        await unmountBelow(root);
        await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
        await removeBridge();
      },
    },
  };
}
