import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { pageWords } from "../../src/core/present/page-words.ts";
import { queueHead } from "../../src/core/present/queue-head.ts";
import { queueRow } from "../../src/core/present/queue-row.ts";
import type { Download, QueueStatus } from "../../src/core/protocol/downloads.ts";
import type { PageState, ToHost, ToPage } from "../../src/core/protocol/page.ts";
import { createQueueFeed } from "../../src/extension/queue-feed.ts";
import { pageHtml } from "../../src/extension/page-html.ts";

const root = path.join(import.meta.dirname, "../..");
const nonce = "0f9c5c3e-test";

/** The page's files on loopback, with the very frame and policy they have in VS Code. */
export async function servePage(
  entry = "src/webview/main.ts",
  sheet = "media/page.css",
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const built = await build({
    entryPoints: [path.join(root, entry)],
    bundle: true,
    write: false,
    platform: "browser",
    format: "iife",
    target: "es2023",
  });
  const script = built.outputFiles[0]?.text ?? "";
  const style = await readFile(path.join(root, sheet), "utf8");
  const server = createServer((request, response) => {
    const source = `http://${request.headers.host}`;
    const frame = { language: "en", title: "Model Deck", source, nonce, script: "/page.js", style: "/page.css" };
    const files: Readonly<Record<string, readonly [string, string]>> = {
      "/": ["text/html", pageHtml(frame)],
      "/page.js": ["text/javascript", script],
      "/page.css": ["text/css", style],
    };
    const [type, body] = files[request.url ?? ""] ?? ["text/plain", ""];
    response.writeHead(body === "" ? 404 : 200, { "content-type": `${type}; charset=utf-8` }).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The host's side, faked: what the page sends is kept, what the test posts reaches it. */
export interface OpenPage {
  readonly page: Page;
  /** Resolves once what it changed is drawn, as the two below do. */
  post(message: ToPage): Promise<void>;
  state(parts?: Partial<PageState>): Promise<void>;
  /** The whole queue, in the words of the rows. */
  queue(downloads: readonly Download[], opened?: readonly string[], status?: QueueStatus): Promise<void>;
  /** Everything since the last call. */
  sent(): Promise<readonly ToHost[]>;
  /** What the content policy stopped, as `directive: what`. */
  violations(): Promise<readonly string[]>;
}

interface Faked {
  sent: unknown[];
  violations: string[];
}

/** Any of our pages with a host that is faked: `Down` it is sent, `Up` it sends. */
export interface FakedPage<Down, Up> {
  readonly page: Page;
  /** Resolves once what it changed is drawn. */
  readonly post: (message: Down) => Promise<void>;
  /** Everything since the last call. */
  sent(): Promise<readonly Up[]>;
  violations(): Promise<readonly string[]>;
}

/** The component library draws what it is given with the next frame, and what follows from that with the one after. */
export const drawn = (page: Page): Promise<void> =>
  page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );

export async function openFaked<Down, Up>(
  browser: Browser,
  url: string,
  viewport = { width: 800, height: 300 },
): Promise<FakedPage<Down, Up>> {
  const page = await browser.newPage({ viewport });
  page.setDefaultTimeout(90_000);
  await page.addInitScript(() => {
    const faked: Faked = { sent: [], violations: [] };
    let kept: unknown;
    Object.assign(globalThis, {
      faked,
      acquireVsCodeApi: () => ({
        postMessage: (message: unknown) => void faked.sent.push(message),
        getState: () => kept,
        setState: (state: unknown) => {
          kept = state;
        },
      }),
    });
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
      faked.violations.push(`${violatedDirective}: ${blockedURI} ${sample}`);
    });
  });
  await page.goto(url);
  await page.waitForFunction(() => (globalThis as unknown as { faked: Faked }).faked.sent.length > 0);
  return {
    page,
    post: async (message) => {
      await page.evaluate(
        (data) => void globalThis.dispatchEvent(new MessageEvent("message", { data })),
        message as unknown,
      );
      await drawn(page);
    },
    sent: () =>
      page.evaluate(() => (globalThis as unknown as { faked: Faked }).faked.sent.splice(0)) as Promise<readonly Up[]>,
    violations: () => page.evaluate(() => (globalThis as unknown as { faked: Faked }).faked.violations),
  };
}

/** The whole queue as the page is told it, in the words of the rows. */
export const queueMessage = (
  downloads: readonly Download[],
  opened: readonly string[] = [],
  status?: QueueStatus,
): ToPage => ({
  kind: "queue",
  update: createQueueFeed().whole(
    downloads.map((one) => queueRow(one, opened.includes(one.id))),
    queueHead(downloads, status, new Date()),
  ),
});

export async function openPage(browser: Browser, url: string): Promise<OpenPage> {
  const faked = await openFaked<ToPage, ToHost>(browser, url);
  const { post } = faked;
  await post({ kind: "words", words: pageWords() });
  return {
    ...faked,
    state: (parts) => post({ kind: "state", state: { tab: "queue", servers: [], ...parts } }),
    queue: (downloads, opened, status) => post(queueMessage(downloads, opened, status)),
  };
}
