import path from "node:path";
import type { Page } from "playwright-core";
import type { VsCodeServer } from "./server.ts";

export interface Development {
  /** Folders of extensions, loaded from where they lie. */
  readonly extensions: readonly string[];
  /** Module that runs in the extension host, with `run()`. */
  readonly tests?: string;
}

/** Opens a window of the server in the page. `folder` absent: an empty window. */
export async function openServerWindow(
  page: Page,
  server: VsCodeServer,
  { folder, development }: { readonly folder?: string; readonly development?: Development } = {},
): Promise<void> {
  const url = new URL(server.url);
  if (folder === undefined) url.searchParams.set("ew", "true");
  else url.searchParams.set("folder", path.resolve(folder));
  if (development) await addDevelopment(page, server, development);
  await page.goto(url.href, { waitUntil: "commit" });
}

/**
 * Development options belong to the page's own configuration, which the workbench reads when it starts: a moment after
 * the document is there. (The URL's payload would do as well, but a built VS Code reads it only with a switch that
 * turns notifications off; and a document served by the test would be refused web sockets to loopback.)
 */
async function addDevelopment(
  page: Page,
  { authority }: VsCodeServer,
  { extensions, tests }: Development,
): Promise<void> {
  const remote = (file: string): object => ({ scheme: "vscode-remote", authority, path: path.resolve(file) });
  await page.addInitScript(
    (options) => {
      document.addEventListener("readystatechange", () => {
        const meta = document.getElementById("vscode-workbench-web-configuration");
        if (document.readyState !== "interactive" || !meta) return;
        const configuration = JSON.parse(meta.dataset["settings"] ?? "{}");
        configuration.developmentOptions = { ...configuration.developmentOptions, ...options };
        meta.dataset["settings"] = JSON.stringify(configuration);
      });
    },
    { extensions: extensions.map(remote), ...(tests === undefined ? {} : { extensionTestsPath: remote(tests) }) },
  );
}

/** Leaves first: a host that was told nothing waits for its window to come back. */
export async function closeServerWindow(page: Page): Promise<void> {
  await page.goto("about:blank");
  await page.close();
}
