import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { needs } from "../support/needs.ts";
import { serveWithStandIn } from "../support/serve-with.ts";
import { root } from "../support/tiers.ts";
import { type Host, openBridge } from "../support/vscode/bridge.ts";
import { launchChromium } from "../support/vscode/chromium.ts";
import { closeServerWindow, openServerWindow } from "../support/vscode/page-of-server.ts";
import { startServer } from "../support/vscode/server.ts";
import { listenTo } from "../support/vscode/told.ts";
import { until } from "../support/vscode/until.ts";
import { findVsCode } from "../support/vscode/window.ts";
import { type Workbench, workbenchOn } from "../support/vscode/workbench.ts";
import { type WorldModel, createWorld } from "../support/world.ts";

const VIEW = "Models";
/** Bytes per second of one connection. */
const PACE = 4_000_000;

interface Opened {
  readonly page: Page;
  readonly workbench: Workbench;
  readonly host: Host;
}

suite("Two windows of one VS Code share the deck", () => {
  test("what one downloads both show; the window that owns is closed, and the other goes on", async function () {
    this.timeout(900_000);
    const { vscode } = needs(this, "vscode", await findVsCode());
    if (vscode.kind !== "code-server") return this.skip();
    const folder = await mkdtemp(path.join(os.tmpdir(), "mdtwo-"));
    const shots = path.join(root, "out/ui/two-windows");
    await mkdir(shots, { recursive: true });
    const { how } = needs(this, "llama", await serveWithStandIn(path.join(folder, "bin"), "nothing is served here"));
    const world = await createWorld(folder, { how, sizeMb: 8, bytesPerSecond: PACE });
    const bridge = await openBridge();
    const server = await startServer(vscode.server, {
      extensions: [root, bridge.extension],
      env: bridge.env,
      settings: world.settings,
    });
    const browser = await launchChromium(vscode.chromium);
    const logs = async (): Promise<readonly string[]> => {
      const home = path.join(server.root, "user-data/logs");
      const files = (await readdir(home, { recursive: true })).filter((name) => /Model Deck.*\.log$/.test(name)).sort();
      return Promise.all(files.map((file) => readFile(path.join(home, file), "utf8")));
    };
    const open = async (name: string): Promise<Opened> => {
      const place = path.join(folder, name);
      await mkdir(place, { recursive: true });
      const page = await browser.newPage({ viewport: { width: 1100, height: 700 } });
      page.setDefaultTimeout(90_000);
      await listenTo(page);
      await openServerWindow(page, server, { folder: place });
      await page.locator(".monaco-workbench .statusbar-item").first().waitFor({ timeout: 180_000 });
      const host = await bridge.next(AbortSignal.timeout(180_000));
      const workbench = workbenchOn(page);
      await until(
        `the status-bar item of ${name}`,
        () => workbench.statusBar("modeldeck.modeldeck.serving"),
        (text) => text === "No model",
        { timeout: 180_000 },
      );
      await workbench.openViewContainer("Model Deck");
      return { page, workbench, host };
    };
    const shows = (window: Opened, model: WorldModel): Promise<unknown> =>
      until(
        `${model.title} in the tree`,
        async () => (await window.workbench.treeRows(VIEW)).map(({ label }) => label),
        (labels) => labels.some((label) => label.startsWith(model.title)),
        { timeout: 180_000 },
      );
    const download = (window: Opened, model: WorldModel): Promise<unknown> =>
      window.host.run(
        async (api, repository, file) =>
          api.commands.executeCommand("modelDeck.downloads.add", { model: repository, files: [file] }),
        model.repository,
        model.file,
      );

    const windows: Opened[] = [];
    try {
      const first = await open("one");
      windows.push(first);
      const second = await open("two");
      windows.push(second);
      assert.notEqual(first.host.pid, second.host.pid);
      await download(second, world.first);
      for (const window of windows) await shows(window, world.first);
      await Promise.all(
        windows.map(({ workbench }, at) => workbench.screenshot(path.join(shots, `1-both-${at + 1}.png`))),
      );

      // Its download is under way when the owner's window goes.
      world.hub.pace(5000);
      await download(first, world.second);
      await until(
        `${world.second.title} on its way`,
        () => second.workbench.treeRows(VIEW),
        (rows) => rows.some(({ label }) => /^\d+ % Tiny-Borealis/.test(label)),
        { timeout: 180_000 },
      );
      await closeServerWindow(first.page);
      await first.host.closed;
      world.hub.pace(PACE);
      await shows(second, world.second);
      await second.workbench.screenshot(path.join(shots, "2-other-goes-on.png"));
      const stats = await second.host.run(async (api) => api.commands.executeCommand("modelDeck.models.stats", {}));
      assert.equal((stats as { count: number }).count, 2);
      // A log's last lines come to its file a moment later.
      await until(
        "the seats of both in their logs",
        async () => {
          const seats = (await logs()).map((log) => log.match(/This window (owns|follows)/g) ?? []);
          return seats.map((one) => one.map((seat) => seat.slice(12)).join()).sort();
        },
        (seats) => seats.join(" ") === "follows,owns owns",
      );
    } catch (error) {
      for (const [at, { workbench }] of windows.entries())
        await workbench.screenshot(path.join(shots, `failed-${at + 1}.png`)).catch(() => undefined);
      for (const log of await logs()) console.log(log.split("\n").slice(-20).join("\n"));
      throw error;
    } finally {
      await browser.close();
      await server.stop();
      bridge.close();
      await world.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
