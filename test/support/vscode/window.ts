import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { type Available, unavailable } from "../available.ts";
import { findChromium, launchChromium } from "./chromium.ts";
import { desktopVsCode, openDesktop } from "./desktop.ts";
import { type CodeServer, codeServer } from "./install.ts";
import { lastLog } from "./last-log.ts";
import { closeServerWindow, openServerWindow } from "./page-of-server.ts";
import { type ServerOptions, startServer } from "./server.ts";
import { listenTo } from "./told.ts";

/** A VS Code that can be run here: the desktop program, or the same workbench served to a browser. */
export type VsCode =
  | { readonly kind: "desktop"; readonly executable: string }
  | { readonly kind: "code-server"; readonly server: CodeServer; readonly chromium: string };

export interface WindowOptions extends ServerOptions {
  /** Absent: an empty window. */
  readonly folder?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
}

export interface VsCodeWindow {
  readonly kind: VsCode["kind"];
  readonly page: Page;
  /** Where a browser finds it; a desktop window has none. */
  readonly address: string | undefined;
  /** The last lines that Model Deck logged. */
  log(): Promise<string>;
  close(): Promise<void>;
}

let found: Promise<Available<{ readonly vscode: VsCode }>> | undefined;

/** Finds a VS Code or installs one, and says so first. Asked once a process. */
export function findVsCode(): Promise<Available<{ readonly vscode: VsCode }>> {
  found ??= find();
  return found;
}

async function find(): Promise<Available<{ readonly vscode: VsCode }>> {
  const desktop = await desktopVsCode();
  if (desktop.ok) return { ok: true, vscode: { kind: "desktop", executable: desktop.executable } };
  if (process.env["VSCODE_PATH"]) return desktop;
  const [server, browser] = [await codeServer(), await findChromium()];
  if (!server.ok) return unavailable(`no VS Code: ${server.reason}`);
  if (!browser.ok) return unavailable(`no window for VS Code: ${browser.reason}`);
  return { ok: true, vscode: { kind: "code-server", server, chromium: browser.chromium } };
}

/** Opens one window with a profile of its own, and waits until the workbench is drawn. */
export async function openVsCode(vscode: VsCode, options: WindowOptions = {}): Promise<VsCodeWindow> {
  const window = await (vscode.kind === "desktop"
    ? openDesktop(vscode.executable, options)
    : openServed(vscode, options));
  try {
    await window.page.locator(".monaco-workbench .statusbar-item").first().waitFor({ timeout: 180_000 });
    return window;
  } catch (error) {
    await window.close();
    throw error;
  }
}

async function openServed(
  { server: installed, chromium }: Extract<VsCode, { kind: "code-server" }>,
  { folder, viewport = { width: 1280, height: 800 }, ...options }: WindowOptions,
): Promise<VsCodeWindow> {
  const server = await startServer(installed, options);
  let browser: Browser | undefined;
  try {
    browser = await launchChromium(chromium);
    const page = await browser.newPage({ viewport });
    page.setDefaultTimeout(90_000);
    await listenTo(page);
    await openServerWindow(page, server, folder === undefined ? {} : { folder });
    return {
      kind: "code-server",
      page,
      address: server.url,
      log: () => lastLog(path.join(server.root, "user-data/logs")),
      close: async () => {
        await closeServerWindow(page).catch(() => {});
        await browser?.close();
        await server.stop();
      },
    };
  } catch (error) {
    await browser?.close();
    await server.stop();
    throw error;
  }
}
