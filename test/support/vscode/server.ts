import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CodeServer } from "./install.ts";
import { quietSettings } from "./quiet-settings.ts";

export interface ServerOptions {
  /** Folder of the profile; absent: a temporary one, removed at the end. Keep it short: sockets lie in it. */
  readonly root?: string;
  /** Absent: a free one. The browser keeps memento and secrets by origin, so by port. */
  readonly port?: number;
  /** Whole keys ("modelDeck.storage"), over those that keep the window quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Folders of extensions, taken as installed. */
  readonly extensions?: readonly string[];
  /** Files of extensions, installed before the start. */
  readonly vsix?: readonly string[];
  /** Added to the environment of the server and its extension hosts; undefined takes away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface VsCodeServer {
  readonly url: string;
  readonly authority: string;
  readonly root: string;
  /** All that it printed so far. */
  output(): string;
  readonly exited: Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts one code-server on loopback, with a profile of its own. */
export async function startServer(installed: CodeServer, options: ServerOptions = {}): Promise<VsCodeServer> {
  const root = options.root ?? (await mkdtemp(path.join(os.tmpdir(), "mdvs-")));
  const profile = await prepare(root, options);
  const run = (...args: readonly string[]): ChildProcess =>
    spawn(installed.node, [installed.entry, ...profile.args, ...args], {
      env: profile.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
  for (const vsix of options.vsix ?? []) await installVsix(run, vsix);

  const child = run(
    "--auth",
    "none",
    "--bind-addr",
    `127.0.0.1:${options.port ?? 0}`,
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-proxy",
    "--ignore-last-opened",
    // How long an extension host waits for a window that left without a word; 3 hours where nobody says.
    "--reconnection-grace-time",
    "5",
  );
  const exited = once(child, "close");
  const signal = (name: NodeJS.Signals | 0): boolean => {
    try {
      // The server, its hosts and its helpers are one group, and some of them outlive the server.
      return child.pid !== undefined && process.kill(-child.pid, name);
    } catch {
      return false;
    }
  };
  const atExit = (): void => void signal("SIGKILL");
  process.on("exit", atExit);
  const stop = async (): Promise<void> => {
    signal("SIGTERM");
    for (let tries = 0; tries < 40 && signal(0); tries += 1) await sleep(100);
    signal("SIGKILL");
    await exited;
    process.off("exit", atExit);
    if (options.root === undefined) await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };

  let output = "";
  const log = createWriteStream(path.join(root, "server.log"));
  const listening = new Promise<string>((resolve) => {
    const hear = (text: string): void => {
      log.write(text);
      if (output.length < 1e6) output += text;
      const found = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.setEncoding("utf8").on("data", hear);
    child.stderr?.setEncoding("utf8").on("data", hear);
  });
  const url = await Promise.race([listening, exited, sleep(180_000, undefined, { ref: false })]);
  if (typeof url !== "string") {
    await stop();
    throw new Error(`code-server did not start: ${output.split("\n").slice(-10).join("\n")}`);
  }
  return { url, authority: new URL(url).host, root, output: () => output, exited, stop };
}

async function prepare(
  root: string,
  { settings, extensions = [], env }: ServerOptions,
): Promise<{ args: readonly string[]; env: NodeJS.ProcessEnv }> {
  const folder = (name: string): string => path.join(root, name);
  for (const name of ["user-data/User", "user-data/Machine", "extensions", "home", "t"])
    await mkdir(folder(name), { recursive: true });
  for (const extension of extensions) {
    // What lies there before the first start is taken as installed.
    const { publisher, name, version } = JSON.parse(
      await readFile(path.join(extension, "package.json"), "utf8"),
    ) as Record<string, string>;
    const link = folder(`extensions/${publisher}.${name}-${version}`);
    await rm(link, { force: true });
    await symlink(path.resolve(extension), link);
  }
  const written = JSON.stringify({ ...quietSettings, ...settings }, undefined, 2);
  await writeFile(folder("config.yaml"), "auth: none\n");
  await writeFile(folder("user-data/User/settings.json"), written);
  // A window of a server reads settings of machine scope from the server's own file.
  await writeFile(folder("user-data/Machine/settings.json"), JSON.stringify(settings ?? {}, undefined, 2));
  const inherited = Object.entries(process.env).filter(
    ([key]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|PORT$|PASSWORD$|MODELDECK_)/.test(key),
  );
  return {
    args: [
      "--config",
      folder("config.yaml"),
      "--user-data-dir",
      folder("user-data"),
      "--extensions-dir",
      folder("extensions"),
    ],
    env: {
      ...Object.fromEntries(inherited),
      HOME: folder("home"),
      TMPDIR: folder("t"),
      XDG_RUNTIME_DIR: folder("t"),
      XDG_CONFIG_HOME: folder("home/.config"),
      XDG_DATA_HOME: folder("home/.local/share"),
      XDG_CACHE_HOME: folder("home/.cache"),
      EXTENSIONS_GALLERY: "{}",
      CS_DISABLE_GETTING_STARTED_OVERRIDE: "1",
      ...env,
    },
  };
}

async function installVsix(run: (...args: readonly string[]) => ChildProcess, vsix: string): Promise<void> {
  const child = run("--install-extension", path.resolve(vsix), "--force");
  let said = "";
  const hear = (text: string): void => void (said += text);
  child.stdout?.setEncoding("utf8").on("data", hear);
  child.stderr?.setEncoding("utf8").on("data", hear);
  await once(child, "close");
  if (child.exitCode !== 0) throw new Error(`${vsix} cannot be installed: ${said}`);
}
