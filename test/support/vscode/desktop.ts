import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from "@vscode/test-electron";
import { _electron as electron } from "playwright-core";
import { type Available, reasonOf, say, unavailable } from "../available.ts";
import { cacheFolder, exists } from "../cache-folder.ts";
import { must } from "../command.ts";
import { quietSettings } from "./quiet-settings.ts";
import { lastLog } from "./last-log.ts";
import { listenTo } from "./told.ts";
import type { VsCodeWindow, WindowOptions } from "./window.ts";

/** A desktop VS Code: VSCODE_PATH, or one that is downloaded where MODELDECK_VSCODE=download says so. */
export async function desktopVsCode(): Promise<Available<{ readonly executable: string }>> {
  const told = process.env["VSCODE_PATH"];
  if (told)
    return (await exists(told)) ? { ok: true, executable: told } : unavailable(`VSCODE_PATH=${told} is not there`);
  if (process.env["MODELDECK_VSCODE"] !== "download")
    return unavailable("neither VSCODE_PATH nor MODELDECK_VSCODE=download is set");
  try {
    say("downloading VS Code, once, into the cache folder");
    const executable = await downloadAndUnzipVSCode({ cachePath: path.join(cacheFolder(), "vscode"), timeout: 30_000 });
    return { ok: true, executable };
  } catch (error) {
    return unavailable(`VS Code cannot be downloaded (${reasonOf(error)})`);
  }
}

interface Profile {
  readonly root: string;
  readonly args: readonly string[];
  remove(): Promise<void>;
}

export async function desktopProfile(settings: Readonly<Record<string, unknown>>): Promise<Profile> {
  const root = await mkdtemp(path.join(os.tmpdir(), "mdvs-"));
  await mkdir(path.join(root, "user/User"), { recursive: true });
  await writeFile(
    path.join(root, "user/User/settings.json"),
    JSON.stringify({ ...quietSettings, ...settings }, undefined, 2),
  );
  const folders = ["--user-data-dir", path.join(root, "user"), "--extensions-dir", path.join(root, "extensions")];
  const quiet = [
    "--skip-welcome",
    "--skip-release-notes",
    "--disable-updates",
    "--disable-workspace-trust",
    "--disable-telemetry",
  ];
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return {
    root,
    args: [...folders, ...quiet, ...asRoot],
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Opens a window of the desktop program, driven like one in a browser. */
export async function openDesktop(executable: string, options: WindowOptions): Promise<VsCodeWindow> {
  const profile = await desktopProfile(options.settings ?? {});
  const [cli = executable, ...cliArgs] = resolveCliArgsFromVSCodeExecutablePath(executable, {
    reuseMachineInstall: true,
  });
  for (const vsix of options.vsix ?? [])
    await must(cli, [...cliArgs, ...profile.args, "--install-extension", path.resolve(vsix), "--force"]);
  const app = await electron.launch({
    executablePath: executable,
    args: [
      ...profile.args,
      ...(options.extensions ?? []).map((folder) => `--extensionDevelopmentPath=${folder}`),
      ...(options.folder ? [options.folder] : []),
    ],
    env: definedOnly({ ...process.env, ...options.env }),
  });
  const page = await app.firstWindow();
  await listenTo(page);
  return {
    kind: "desktop",
    page,
    address: undefined,
    log: () => lastLog(path.join(profile.root, "user/logs")),
    close: async () => {
      await app.close();
      await profile.remove();
    },
  };
}

/** Runs a test module in the extension host of the desktop program. @throws where it failed or could not run */
export async function runDesktopTests(
  executable: string,
  {
    settings,
    env,
    extensions,
    tests,
    folder,
  }: {
    readonly settings: Readonly<Record<string, unknown>>;
    readonly env: Readonly<Record<string, string>>;
    readonly extensions: readonly string[];
    readonly tests: string;
    readonly folder: string;
  },
): Promise<void> {
  const profile = await desktopProfile(settings);
  try {
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: [...extensions],
      extensionTestsPath: tests,
      extensionTestsEnv: { ...env },
      launchArgs: [...profile.args, folder],
    });
  } finally {
    await profile.remove();
  }
}

const definedOnly = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
