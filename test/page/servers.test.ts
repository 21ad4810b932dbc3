import assert from "node:assert/strict";
import path from "node:path";
import type { Browser } from "playwright-core";
import { serverTiles } from "../../src/core/present/server-tile.ts";
import type { Server, ServerMetrics } from "../../src/core/protocol/serving.ts";
import { needs } from "../support/needs.ts";
import { findChromium, launchChromium } from "../support/vscode/chromium.ts";
import { type OpenPage, openPage, servePage } from "./open-page.ts";

const now = Date.parse("2026-11-21T10:00:00Z");
const ready: Server = {
  server: "default",
  group: "default",
  state: "ready",
  profile: "qwen",
  title: "Qwen3 30B",
  runtime: "container",
  url: "http://127.0.0.1:8080",
  since: "2026-11-21T09:12:00Z",
  differences: [{ what: "context", asked: 131_072, got: 32_768 }],
};
const embed: Server = { ...ready, server: "embed", group: "embed", title: "Embedder", profile: "e5", differences: [] };
const metrics: ServerMetrics = {
  at: "2026-11-21T10:00:00Z",
  memoryBytes: 4_900_000_000,
  cpu: 1.5,
  gpus: [{ uuid: "GPU-1", memoryBytes: 18 * 2 ** 30, load: 0.63 }],
  generatedPerSecond: 53.4,
  promptPerSecond: 1234,
  running: 1,
  waiting: 2,
  contextUsed: 2100,
  contextSize: 32_768,
  history: { everySeconds: 5, generatedPerSecond: [0, 12, 53.4, null, 40], memoryBytes: [] },
};

suite("the tiles of servers, in a real browser", function () {
  this.timeout(180_000);
  let browser: Browser | undefined;
  let server: Awaited<ReturnType<typeof servePage>>;
  let open: OpenPage;

  suiteSetup(async function () {
    const { chromium } = needs(this, "vscode", await findChromium());
    server = await servePage();
    browser = await launchChromium(chromium);
  });
  suiteTeardown(async () => {
    await browser?.close();
    await server?.close();
  });
  setup(async () => {
    assert.ok(browser);
    open = await openPage(browser, server.url);
    await open.state({ tab: "servers" });
    await open.sent();
  });
  teardown(async () => {
    assert.deepEqual(await open.violations(), []);
    await open.page.close();
  });

  const show = async (servers: readonly Server[], figures: ReadonlyMap<string, ServerMetrics>, whole = true) => {
    const tiles = serverTiles(servers, figures, now);
    await open.post({ kind: "servers", update: { whole, order: tiles.map((tile) => tile.server), tiles } });
  };

  test("nothing runs: it says so, and offers what can be done", async () => {
    await show([], new Map());
    await open.page.getByText("No model is served.").waitFor();
    await open.page.getByRole("button", { name: "Serve a Model" }).click();
    assert.deepEqual(await open.sent(), [{ kind: "command", command: "switch" }]);
  });

  test("a tile says what a server is, what it does, and where less was given than asked for", async () => {
    await show([ready], new Map([["default", metrics]]));
    const tile = open.page.getByRole("listitem", { name: "Qwen3 30B" });
    const text = await tile.innerText();
    assert.match(text, /context: asked for 131072, got 32768/);
    for (const figure of [
      /Generation\s*53 t\/s/,
      /Prompt\s*1,234 t\/s/,
      /Context\s*2,100 \/ 32,768/,
      /Requests\s*1 running, 2 waiting/,
      /Memory\s*4\.9 GB/,
      /GPU memory\s*18 GB/,
      /CPU\s*150 %/,
      /GPU\s*63 %/,
      /Uptime\s*48 min/,
    ])
      assert.match(text, figure);
    await tile.getByRole("img", { name: "Generation in the last ten minutes: at most 53 t/s" }).waitFor();
    const folder = path.join(import.meta.dirname, "../../out/page");
    await open.page.screenshot({ path: path.join(folder, "servers.png") });
  });

  test("its buttons say which server they mean", async () => {
    await show([ready, embed], new Map());
    await open.page.getByRole("button", { name: "Stop: Embedder" }).click();
    await open.page.getByRole("button", { name: "Copy Address: Qwen3 30B" }).click();
    await open.page.getByRole("button", { name: "Logs: Qwen3 30B" }).focus();
    await open.page.keyboard.press("Enter");
    assert.deepEqual(await open.sent(), [
      { kind: "server", deed: "stop", server: "embed" },
      { kind: "server", deed: "copyUrl", server: "default" },
      { kind: "server", deed: "logs", server: "default" },
    ]);
  });

  test("a model of a router is unloaded, and the router that stays up without one is there to be stopped", async () => {
    const routed: Server = { ...ready, differences: [], router: "lab" };
    await show([routed], new Map());
    const button = (name: string) => open.page.getByRole("button", { name, exact: true });
    await button("Unload: Qwen3 30B").click();
    await show([{ ...routed, title: "Another" }], new Map(), false);
    await button("Restart: Another").waitFor();
    await show(
      [{ server: "default", group: "default", state: "off", router: "lab", since: "", differences: [] }],
      new Map([["default", metrics]]),
    );
    const text = await open.page.getByRole("listitem", { name: "Router lab" }).innerText();
    assert.match(text, /no model/);
    assert.doesNotMatch(text, /Generation/, "what its last model did is no figure of a router without one");
    await open.page.getByText("No model is served.").waitFor();
    await open.page.getByRole("button", { name: "Restart: Router lab", exact: true, disabled: true }).waitFor();
    await button("Stop: Router lab").click();
    assert.deepEqual(await open.sent(), [
      { kind: "server", deed: "stop", server: "default" },
      { kind: "server", deed: "stop", server: "default" },
    ]);
  });

  test("nothing jumps while it updates: no box moves, and the focus of a button that can do nothing goes to the next", async () => {
    await show([ready, embed], new Map([["default", metrics]]));
    const boxes = (): Promise<unknown> =>
      open.page.evaluate(() =>
        Array.from(document.querySelectorAll(".servers > li, .servers dl > div, .servers vscode-button"), (element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          return [x, y, width, height];
        }),
      );
    await open.page.getByRole("button", { name: "Restart: Embedder" }).focus();
    const before = await boxes();
    const more: ServerMetrics = {
      ...metrics,
      generatedPerSecond: 2,
      running: 10,
      contextUsed: 32_700,
      memoryBytes: 123_456_789_012,
      gpus: [],
    };
    await show([ready, { ...embed, state: "stopping" }], new Map([["default", more]]), false);
    await open.page.getByText("32,700 / 32,768").waitFor();
    assert.deepEqual(await boxes(), before);
    assert.equal(
      await open.page.evaluate(
        () => `${document.activeElement?.closest("li")?.dataset["server"]} ${document.activeElement?.textContent}`,
      ),
      "embed Logs",
    );
    await open.page.getByRole("button", { name: "Stop: Embedder", disabled: true }).waitFor();
  });

  test("a failed one says why, and can be started again", async () => {
    const reason = {
      code: "outOfMemory",
      message: "The GPU's memory is full.",
      remedy: "Take less context.",
      facts: {},
    };
    await show([{ ...ready, state: "failed", differences: [], reason }], new Map());
    const tile = open.page.getByRole("listitem", { name: "Qwen3 30B" });
    assert.match(await tile.innerText(), /failed[^]*The GPU's memory is full\. Take less context\./);
    await tile.getByRole("button", { name: /^Stop/, disabled: true }).waitFor();
    await tile.getByRole("button", { name: /^Restart/, disabled: false }).waitFor();
    assert.equal(await tile.locator("dl").isVisible(), false, "figures that nothing has push the buttons out of sight");
  });

  test("what would help after a failed load is on its tile, until it is taken", async () => {
    const offers = [
      { kind: "context", context: 16_384 },
      { kind: "cacheType", cacheType: "q8_0" },
      { kind: "gpuLayers", gpuLayers: 24 },
    ] as const;
    const reason = { code: "outOfMemory", message: "The GPU's memory is full.", facts: {} };
    await show([{ ...ready, state: "failed", differences: [], reason, offers }, embed], new Map());
    const tile = open.page.getByRole("listitem", { name: "Qwen3 30B" });
    const labels = ["Try with 16k Tokens", "Try with a q8_0 Cache", "Try with 24 Layers on the GPU"];
    assert.deepEqual(await tile.locator(".offers vscode-button").allInnerTexts(), labels);
    await tile.getByRole("button", { name: "Try with a q8_0 Cache: Qwen3 30B" }).click();
    assert.deepEqual(await open.sent(), [{ kind: "offer", server: "default", id: "cacheType q8_0" }]);
    const folder = path.join(import.meta.dirname, "../../out/page");
    await open.page.screenshot({ path: path.join(folder, "servers-offers.png") });
    await show([ready], new Map(), false);
    await tile.locator(".offers").waitFor({ state: "hidden" });
  });

  test("a line that is found comes into sight, and nothing around the log moves", async () => {
    await open.state({ tab: "logs", servers: [{ server: "default", title: "Qwen3" }], watched: "default" });
    const lines = Array.from({ length: 900 }, (_, index) => `line ${index} ${index % 300 === 7 ? "needle" : ""}`);
    await open.post({ kind: "logs", server: "default", first: 0, lines, dropped: 0, whole: true });
    const find = open.page.getByRole("textbox", { name: "Find" });
    await find.fill("needle");
    await open.page.getByText("0 of 3").waitFor();
    for (let place = 1; place <= 3; place += 1) {
      await find.press("Enter");
      // Lines that come into sight turn out higher or lower than they were thought, so it is looked for once more.
      await open.page.waitForFunction(() => {
        const [line, log] = [".line.current", ".log"].map((one) =>
          document.querySelector(one)?.getBoundingClientRect(),
        );
        return line && log && line.height > 0 && line.top >= log.top && line.bottom <= log.bottom;
      });
      const moved = await open.page.evaluate(() => [
        document.documentElement.scrollTop,
        document.body.scrollTop,
        document.documentElement.scrollHeight - document.documentElement.clientHeight,
      ]);
      assert.deepEqual(moved, [0, 0, 0]);
    }
  });

  test("text in the log is found, one place after the other, and the filtered lines can be copied and saved", async () => {
    await open.state({ tab: "logs", servers: [{ server: "default", title: "Qwen3" }], watched: "default" });
    const lines = ["load one", "Error: first", "all well", "error: second"];
    await open.post({ kind: "logs", server: "default", first: 0, lines, dropped: 0, whole: true });
    await open.sent();
    const find = open.page.getByRole("textbox", { name: "Find" });
    await find.fill("error");
    await open.page.getByText("0 of 2").waitFor();
    const current = (): Promise<string> => open.page.locator(".line.current").innerText();
    await find.press("Enter");
    assert.equal(await current(), "Error: first");
    await open.page.getByRole("button", { name: "Next" }).click();
    assert.equal(await current(), "error: second");
    await open.page.getByText("2 of 2").waitFor();
    await find.press("Shift+Enter");
    assert.equal(await current(), "Error: first");
    await open.post({ kind: "logs", server: "default", first: 4, lines: ["error: third"], dropped: 0, whole: false });
    await open.page.getByText("1 of 3").waitFor();
    await open.page.getByRole("textbox", { name: "Filter" }).fill("well");
    await open.page.getByText("0 of 0").waitFor();
    await open.page.getByRole("button", { name: "Copy" }).click();
    await open.page.getByRole("button", { name: "Save…" }).click();
    assert.deepEqual(await open.sent(), [
      { kind: "log", deed: "copy", server: "default", filter: "well" },
      { kind: "log", deed: "save", server: "default", filter: "well" },
    ]);
  });
});
