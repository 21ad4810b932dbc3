import { spawn } from "node:child_process";
import { once } from "node:events";
import { desktopProfile } from "./desktop.ts";
import { startServer } from "./server.ts";
import type { VsCode, WindowOptions } from "./window.ts";

export interface Shown {
  /** Where a browser finds it; undefined: a window is open. */
  readonly address: string | undefined;
  close(): Promise<void>;
}

/** Opens VS Code for a person: a desktop window, or a workbench for the browser they have. */
export async function showVsCode(vscode: VsCode, { folder, ...options }: WindowOptions): Promise<Shown> {
  if (vscode.kind === "code-server") {
    const server = await startServer(vscode.server, options);
    const query = folder === undefined ? "?ew=true" : `?folder=${encodeURIComponent(folder)}`;
    return { address: `${server.url}/${query}`, close: () => server.stop() };
  }
  const profile = await desktopProfile(options.settings ?? {});
  const extensions = (options.extensions ?? []).map((extension) => `--extensionDevelopmentPath=${extension}`);
  const child = spawn(vscode.executable, [...profile.args, ...extensions, ...(folder === undefined ? [] : [folder])], {
    stdio: "ignore",
    env: { ...process.env, ...options.env },
  });
  const ended = once(child, "exit");
  return {
    address: undefined,
    close: async () => {
      child.kill();
      await ended;
      await profile.remove();
    },
  };
}
