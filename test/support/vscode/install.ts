import { readdir } from "node:fs/promises";
import path from "node:path";
import { type Available, reasonOf, say, unavailable } from "../available.ts";
import { cached, exists } from "../cache-folder.ts";
import { must, onPath, run } from "../command.ts";

/** VS Code 1.139.1 with a server in front; from 4.139 on it wants Node 24. */
const VERSION = "4.139.1";

export interface CodeServer {
  /** Runs `entry`. */
  readonly node: string;
  readonly entry: string;
}

/** The workbench that needs nothing but npm: installed once, into the cache folder that checkouts share. */
export async function codeServer(): Promise<Available<CodeServer>> {
  if (Number(process.versions.node.split(".", 1)[0]) < 24)
    return unavailable(`code-server wants Node 24, this is ${process.versions.node}`);
  if (process.platform === "win32") return unavailable("code-server does not run on Windows (set VSCODE_PATH)");
  try {
    const folder = await cached(`code-server-${VERSION}`, install);
    const entry = path.join(folder, "node_modules/code-server/out/node/entry.js");
    if (!(await exists(entry))) return unavailable(`${folder} holds no code-server: remove that folder`);
    return { ok: true, node: process.execPath, entry };
  } catch (error) {
    return unavailable(`code-server cannot be installed (${reasonOf(error)})`);
  }
}

async function install(folder: string): Promise<void> {
  say(`installing code-server ${VERSION} (a VS Code workbench, about 800 MB) from npm, once, into the cache folder`);
  const npm = await onPath("npm");
  if (npm === undefined) throw new Error("there is no npm");
  // Scripts stay off: some of them would fetch from elsewhere. What is native comes built in its package, but two.
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await must(npm, ["install", "--prefix", folder, ...quiet, `code-server@${VERSION}`], { cwd: folder });
  const vscode = path.join(folder, "node_modules/code-server/lib/vscode");
  for (const cwd of [vscode, path.join(vscode, "extensions")])
    await must(npm, ["install", "--omit=dev", ...quiet], { cwd });
  // Without these two all works, but VS Code writes no log files. Headers lie beside the Node that runs this.
  const node = path.dirname(path.dirname(process.execPath));
  const rebuilt = await run(npm, ["rebuild", "@vscode/spdlog", "@vscode/native-watchdog"], {
    cwd: vscode,
    env: {
      ...process.env,
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
      npm_config_nodedir: node,
    },
  });
  if (rebuilt.code !== 0) say("code-server's log writer cannot be compiled here: it goes without log files");
  if ((await readdir(vscode)).length === 0) throw new Error("the package is empty");
}
