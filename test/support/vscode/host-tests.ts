import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TierResult } from "../result.ts";
import { eachLine } from "./bridge.ts";
import { launchChromium } from "./chromium.ts";
import { runDesktopTests } from "./desktop.ts";
import { openServerWindow } from "./page-of-server.ts";
import { startServer } from "./server.ts";
import type { VsCode } from "./window.ts";

export interface HostTests {
  /** Bundles that any extension host can load, absolute (bundleHostTests). */
  readonly files: readonly string[];
  /** Folders of extensions under development, absolute. */
  readonly extensions: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** For the suites: they run in the host, and see nothing of this process but this. */
  readonly env: Readonly<Record<string, string>>;
  /** Of one test, in milliseconds. */
  readonly timeout?: number;
  readonly grep?: string;
  /** Of the whole run, in milliseconds. */
  readonly limit?: number;
  readonly print: (line: string) => void;
}

/** Runs mocha suites inside the real extension host. @throws Error where they could not be run to their end */
export async function runHostTests(vscode: VsCode, tests: HostTests): Promise<TierResult> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), "mdhost-"));
  const folder = path.join(scratch, "workspace");
  await mkdir(folder);
  const told = await listen(tests.print);
  const runner = path.join(import.meta.dirname, "host-runner.cjs");
  const job = {
    port: told.port,
    mocha: createRequire(import.meta.url).resolve("mocha"),
    files: tests.files,
    timeout: tests.timeout ?? 20_000,
    grep: tests.grep,
    colors: process.stdout.isTTY,
  };
  const started = { ...tests, folder, runner, env: { ...tests.env, MODELDECK_HOST_TESTS: JSON.stringify(job) } };
  try {
    const problem = await (vscode.kind === "desktop"
      ? onDesktop(vscode.executable, started)
      : onServer(vscode, started));
    const result = await Promise.race([told.result, sleep(30_000, undefined, { ref: false })]);
    if (result === undefined)
      throw new Error(`the extension host ended without a result: ${problem ?? "it said nothing"}`);
    return result;
  } finally {
    told.close();
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Started extends HostTests {
  readonly folder: string;
  readonly runner: string;
}

async function onDesktop(executable: string, { runner, ...started }: Started): Promise<string | undefined> {
  return runDesktopTests(executable, { ...started, tests: runner }).then(
    () => undefined,
    (error: unknown) => String(error),
  );
}

async function onServer(
  vscode: Extract<VsCode, { kind: "code-server" }>,
  started: Started,
): Promise<string | undefined> {
  const server = await startServer(vscode.server, { settings: started.settings, env: started.env });
  const browser = await launchChromium(vscode.chromium);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(180_000);
    // The workbench calls these two by name in a window that runs tests.
    const finished = new Promise<string | undefined>((resolve) => {
      void page.exposeFunction("codeAutomationExit", () => resolve(undefined));
      void page.exposeFunction("codeAutomationLog", () => undefined);
      page.on("crash", () => resolve("the page crashed"));
      void server.exited.then(() => resolve("code-server ended"));
    });
    await openServerWindow(page, server, {
      folder: started.folder,
      development: { extensions: started.extensions, tests: started.runner },
    });
    const limit = started.limit ?? 1_500_000;
    const problem = await Promise.race([finished, sleep(limit, `no result within ${limit / 1000} s`, { ref: false })]);
    return problem === undefined ? undefined : `${problem}\n${server.output().split("\n").slice(-20).join("\n")}`;
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function listen(
  print: (line: string) => void,
): Promise<{ port: number; result: Promise<TierResult>; close: () => void }> {
  const result = Promise.withResolvers<TierResult>();
  const server = net.createServer((socket) => {
    eachLine(socket, (line) => {
      const message = JSON.parse(line) as { print?: string; result?: TierResult };
      if (message.print !== undefined) print(message.print);
      if (message.result) result.resolve(message.result);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    result: result.promise,
    close: () => server.close(),
  };
}
