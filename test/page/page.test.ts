import assert from "node:assert/strict";
import type { Browser, Locator } from "playwright-core";
import { needs } from "../support/needs.ts";
import { aDownload } from "../support/samples.ts";
import { findChromium, launchChromium } from "../support/vscode/chromium.ts";
import { queueHead } from "../../src/core/present/queue-head.ts";
import { waitsForDisk } from "../../src/core/present/wait-words.ts";
import { queueRow } from "../../src/core/present/queue-row.ts";
import { createQueueFeed } from "../../src/extension/queue-feed.ts";
import { type OpenPage, drawn, openPage, queueMessage, servePage } from "./open-page.ts";

suite("the page Model Deck, in a real browser", function () {
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
  });
  teardown(async () => {
    // Whatever a test did: the policy stopped nothing, so nothing of the page is missing.
    assert.deepEqual(await open.violations(), []);
    await open.page.close();
  });

  const running = aDownload({ id: "a", bytesDone: 500, bytesTotal: 1000, bytesPerSecond: 10, etaSeconds: 50 });
  const servers = [
    { server: "default", title: "Tiny Model" },
    { server: "embed", title: "Embedder" },
  ];
  /** Lines out of sight are drawn when they come near it; before that they have no text to see. */
  const drawnLines = async (): Promise<string[]> => {
    await open.page.waitForFunction(() =>
      Array.from(document.querySelectorAll<HTMLElement>(".line")).every((line) => line.innerText !== ""),
    );
    return open.page.locator(".line").allInnerTexts();
  };
  const buttons = (row: Locator): Promise<string[]> => row.locator(".deeds vscode-button:visible").allInnerTexts();
  const logs = (first: number, lines: readonly string[], whole = false) =>
    ({ kind: "logs", server: "default", first, lines, dropped: 0, whole }) as const;

  test("says that it is ready, and shows what can be done where there is nothing", async () => {
    assert.deepEqual(await open.sent(), [{ kind: "ready" }]);
    await open.state();
    await open.queue([]);
    await open.page.getByText("Nothing is being downloaded.").waitFor();
    await open.page.getByRole("button", { name: "Download a Model" }).click();
    assert.deepEqual(await open.sent(), [{ kind: "command", command: "download" }]);
  });

  test("in high contrast what is still to come is not as bright as what is here", async () => {
    await open.queue([running]);
    const colour = await open.page.evaluate(() => {
      document.documentElement.style.setProperty("--vscode-scrollbarSlider-background", "rgb(1, 2, 3)");
      document.body.classList.add("vscode-high-contrast");
      const bar = document.querySelector("progress");
      return bar && getComputedStyle(bar).backgroundColor;
    });
    assert.equal(colour, "rgba(0, 0, 0, 0)");
  });

  test("draws a row for each download, with a progress bar and the buttons its state allows", async () => {
    const failed = aDownload({
      id: "b",
      variant: "Q8_0",
      state: "failed",
      reason: { code: "diskFull", message: "The disk is full.", remedy: "Free some space.", facts: {} },
    });
    await open.queue([running, failed]);
    const rows = open.page.getByRole("listitem");
    assert.equal(await rows.count(), 2);
    assert.equal(await open.page.getByRole("listitem", { name: "acme/tiny Q8_0" }).count(), 1, "each has its name");
    const first = rows.nth(0);
    assert.match(
      await first.innerText(),
      /acme\/tiny\s*Q4_K_M\s*downloading[^]*500 B of 1\.0 kB[^]*10 B\/s · 50 s left/,
    );
    assert.equal(await first.getByRole("progressbar").getAttribute("value"), "0.5");
    assert.deepEqual(await buttons(first), ["Pause", "Cancel"]);
    assert.match(await rows.nth(1).innerText(), /The disk is full\. Free some space\./);
    assert.deepEqual(await buttons(rows.nth(1)), ["Retry", "Cancel"]);
  });

  test("its buttons send what is wished, for their row", async () => {
    await open.queue([running, aDownload({ id: "b", state: "paused" })]);
    await open.sent();
    await open.page.getByRole("listitem").nth(0).getByRole("button", { name: "Pause" }).click();
    await open.page.getByRole("listitem").nth(1).getByRole("button", { name: "Resume" }).click();
    await open.page.getByRole("listitem").nth(1).getByRole("button", { name: "Cancel" }).click();
    assert.deepEqual(await open.sent(), [
      { kind: "pause", id: "a" },
      { kind: "resume", id: "b" },
      { kind: "cancel", id: "b" },
    ]);
  });

  test("a new state moves rows and changes texts, and leaves elements and focus alone", async () => {
    const other = aDownload({ id: "b", variant: "Q8_0" });
    await open.queue([running, other]);
    const row = open.page.getByRole("listitem").filter({ hasText: "Q8_0" });
    await row.evaluate((element) => element.setAttribute("data-mark", "same"));
    await row.getByRole("button", { name: "Cancel" }).focus();
    await open.queue([other, { ...running, state: "done" as const, bytesDone: 1000 }]);
    assert.equal(await open.page.getByRole("listitem").nth(0).getAttribute("data-mark"), "same");
    assert.equal(await open.page.evaluate(() => document.activeElement?.textContent), "Cancel");
    assert.deepEqual(await buttons(open.page.getByRole("listitem").nth(1)), ["Show Folder", "Remove from List"]);
  });

  test("a button that vanishes hands its focus to the one in its place", async () => {
    await open.queue([running]);
    await open.page.getByRole("button", { name: /^Pause: / }).focus();
    await open.queue([{ ...running, state: "paused" }]);
    assert.equal(await open.page.evaluate(() => document.activeElement?.textContent), "Resume");
  });

  test("and keeps it where its tile moves at the same time, as after a retry", async () => {
    const failed = aDownload({ id: "b", variant: "Q8_0", state: "failed" });
    await open.queue([running, failed]);
    await open.page.getByRole("button", { name: /^Retry: / }).focus();
    await open.queue([{ ...failed, state: "running" }, running]);
    assert.match(
      await open.page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? ""),
      /^(?:Pause|Cancel): .*Q8_0$/,
    );
  });

  test("clearing what has ended leaves the keyboard a place to go on from", async () => {
    const done = aDownload({ id: "b", state: "done" });
    const named = () => open.page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
    await open.queue([running, done]);
    await open.page.getByRole("button", { name: "Clear 1 Done" }).focus();
    await open.queue([running]);
    assert.equal(await named(), "Filter downloads");
    await open.queue([]);
    assert.equal(await named(), "Download a Model");
  });

  test("in a narrow panel the buttons stand below, and leave the name its room", async () => {
    await open.queue([running]);
    const whole = open.page.viewportSize();
    await open.page.setViewportSize({ width: 340, height: 500 });
    try {
      await open.page.waitForFunction(() => innerWidth === 340);
      await drawn(open.page);
      const [name, pause] = [open.page.locator(".queue .title"), open.page.getByRole("button", { name: /^Pause: / })];
      const [title, press] = [await name.boundingBox(), await pause.boundingBox()];
      assert.ok(title && press && press.y >= title.y + title.height, JSON.stringify({ title, press }));
      assert.ok(title.width > 280, JSON.stringify(title));
    } finally {
      if (whole) await open.page.setViewportSize(whole);
    }
  });

  test("an opened tile shows its files, its folder and what else can be done", async () => {
    const files = [
      { path: "a.gguf", sizeBytes: 1000, doneBytes: 250, state: "running", connections: 4 },
      { path: "b.gguf", sizeBytes: 500, doneBytes: 500, state: "done", reusedFrom: "/store/b" },
    ] as const;
    await open.queue([{ ...running, files }]);
    await open.sent();
    const row = open.page.locator(".queue > li");
    assert.equal(await row.locator(".opened").isVisible(), false);
    await row.getByRole("button", { name: /^Files/ }).click();
    assert.deepEqual(await open.sent(), [{ kind: "open", id: "a", open: true }]);
    await open.queue([{ ...running, files }], ["a"]);
    const [first, second] = [row.locator(".files > li").nth(0), row.locator(".files > li").nth(1)];
    assert.match(await first.innerText(), /a\.gguf\s*250 B of 1\.0 kB · 4 connections\s*downloading/);
    assert.match(await second.innerText(), /b\.gguf\s*500 B · from \/store\/b\s*done/);
    assert.match(await row.innerText(), /2 files · \/models\/acme\/tiny/);
    await row.getByRole("button", { name: /^To the Top/ }).click();
    assert.deepEqual(await open.sent(), [{ kind: "top", id: "a" }]);
  });

  test("a tile that is dragged onto another's lower half goes behind it", async () => {
    await open.queue(["a", "b", "c"].map((id) => aDownload({ id, state: "queued", variant: id })));
    await open.sent();
    const tile = (at: number): Locator => open.page.locator(".queue > li").nth(at);
    const box = await tile(1).boundingBox();
    assert.ok(box);
    await tile(0).dragTo(tile(1), { targetPosition: { x: 20, y: box.height - 4 } });
    await tile(2).dragTo(tile(0), { targetPosition: { x: 20, y: 4 } });
    assert.deepEqual(await open.sent(), [
      { kind: "place", id: "a", before: "c" },
      { kind: "place", id: "c", before: "a" },
    ]);
  });

  test("while a tile is dragged it is faint, and a line shows where it would go", async () => {
    await open.queue(["a", "b", "c"].map((id) => aDownload({ id, state: "queued", variant: id })));
    await open.sent();
    const tile = (at: number): Locator => open.page.locator(".queue > li").nth(at);
    const box = await tile(1).boundingBox();
    assert.ok(box);
    await open.page.evaluate(() => document.documentElement.style.setProperty("--vscode-focusBorder", "rgb(1, 2, 3)"));
    await tile(0).dispatchEvent("dragstart");
    await tile(1).dispatchEvent("dragover", { clientY: box.y + box.height - 4 });
    const shown = (locator: Locator) =>
      locator.evaluate((element) => {
        const { opacity, borderTopColor, borderBottomColor } = getComputedStyle(element);
        return { opacity, lines: [borderTopColor, borderBottomColor].map((colour) => colour === "rgb(1, 2, 3)") };
      });
    assert.ok(Number((await shown(tile(0))).opacity) < 1);
    assert.deepEqual(await shown(tile(1)), { opacity: "1", lines: [false, true] });
    assert.deepEqual(await shown(tile(2)), { opacity: "1", lines: [false, false] });
    await tile(1).dispatchEvent("dragover", { clientY: box.y + 4 });
    assert.deepEqual(await shown(tile(1)), { opacity: "1", lines: [true, false] });
    await tile(2).dispatchEvent("dragover", { clientY: box.y + 3 * box.height });
    await tile(1).dispatchEvent("dragleave");
    await tile(2).dispatchEvent("drop", { clientY: box.y + 3 * box.height });
    await tile(0).dispatchEvent("dragend");
    assert.equal(await open.page.locator(".above, .below, .dragged").count(), 0);
    assert.deepEqual(await open.sent(), [{ kind: "place", id: "a", before: null }]);
  });

  test("a download whose disk does not answer says which, and that it goes on by itself", async () => {
    const silent = aDownload({ state: "queued", bytesDone: 400, reason: waitsForDisk("/mnt/models") });
    await open.queue([running, { ...silent, id: "b" }]);
    const row = open.page.getByRole("listitem").nth(1);
    assert.match(
      await row.innerText(),
      /waiting[^]*The disk of \/mnt\/models does not answer\. It goes on by itself once the disk answers\./,
    );
    assert.deepEqual(await buttons(row), ["Pause", "Cancel"]);
  });

  test("one line says how all stands, and what has ended can be cleared", async () => {
    const free = [{ location: "main", path: "/models", freeBytes: 12_000_000_000 }];
    const counts = { queued: 0, running: 1, verifying: 0, paused: 0, done: 0, failed: 1, cancelled: 0 };
    const status = { counts, bytesPerSecond: 5_000_000, etaSeconds: 70, limit: 20_000_000, free };
    await open.queue([running, aDownload({ id: "b", state: "failed" })], [], status);
    assert.equal(
      await open.page.locator(".metrics").textContent(),
      "1 running · 1 failed · 5.0 MB/s · 1 min 10 s left · 12 GB free in main",
    );
    assert.equal(await open.page.locator(".limit output").textContent(), "20 MB/s");
    await open.sent();
    await open.page.getByRole("button", { name: "Clear 1 failed" }).click();
    await open.page.getByRole("button", { name: "Pause All" }).click();
    await open.page.getByRole("slider", { name: "Limit" }).press("End");
    assert.deepEqual(await open.sent(), [
      { kind: "clear", state: "failed" },
      { kind: "all", deed: "pause" },
      { kind: "limit", bytesPerSecond: null },
    ]);
  });

  test("the filter keeps tiles by name and by state, and says where none fits", async () => {
    await open.queue([running, aDownload({ id: "b", state: "failed", model: "acme/other" })]);
    const filter = open.page.getByRole("textbox", { name: "Filter downloads" });
    await filter.fill("OTHER");
    await open.page.locator(".queue > li").nth(1).waitFor({ state: "detached" });
    assert.match(await open.page.locator(".queue > li").innerText(), /acme\/other/);
    await filter.fill("nowhere");
    await open.page.getByText("No download fits the filter.").waitFor();
  });

  test("figures that move change texts alone, and rows unknown are passed over", async () => {
    await open.queue([running]);
    const feed = createQueueFeed();
    const head = queueHead([running], undefined, new Date());
    feed.whole([queueRow(running)], head);
    const update = feed.changes([queueRow({ ...running, bytesDone: 600 })], head);
    assert.deepEqual(update?.rows, []);
    assert.ok(update);
    await open.post({ kind: "queue", update: { ...update, moved: [...update.moved, ["gone", 1, "", ""]] } });
    await open.page.getByText("600 B of 1.0 kB").waitFor();
  });

  test("names from outside are text and never markup", async () => {
    await open.queue([aDownload({ model: "<img src=x onerror=alert(1)>" })]);
    assert.equal(await open.page.locator("img").count(), 0);
    assert.match(await open.page.getByRole("listitem").innerText(), /<img src=x/);
  });

  test("tabs go by arrow keys, and the host hears which one is shown", async () => {
    await open.state({ servers, watched: "default" });
    await open.sent();
    const [queue, log] = [open.page.getByRole("tab", { name: "Queue" }), open.page.getByRole("tab", { name: "Logs" })];
    await queue.focus();
    await open.page.keyboard.press("ArrowRight");
    await open.page.keyboard.press("ArrowRight");
    assert.equal(await log.getAttribute("aria-selected"), "true");
    assert.equal(await log.evaluate((element) => element === document.activeElement), true);
    await open.page.keyboard.press("ArrowRight");
    assert.equal(await queue.getAttribute("aria-selected"), "true");
    await open.page.keyboard.press("End");
    assert.deepEqual(await open.sent(), [
      { kind: "show", tab: "servers" },
      { kind: "show", tab: "logs" },
      { kind: "show", tab: "queue" },
      { kind: "show", tab: "logs" },
    ]);
  });

  test("the Tab key goes from the tabs through the tools to the log", async () => {
    await open.state({ tab: "logs", servers, watched: "default" });
    await open.page.getByRole("tab", { name: "Logs" }).focus();
    const stops: (string | null)[] = [];
    for (let stop = 0; stop < 9; stop++) {
      await open.page.keyboard.press("Tab");
      stops.push(
        await open.page.evaluate(
          () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? null,
        ),
      );
    }
    assert.deepEqual(stops, ["Server", "Filter", "Find", "Previous", "Next", "Follow", "Copy", "Save…", "Logs"]);
  });

  test("logs are appended, separators stand out, and lines that came twice stand once", async () => {
    await open.state({ tab: "logs", servers, watched: "default" });
    await open.post(logs(0, ["one", "--- Switching to Tiny Model ---"], true));
    await open.post(logs(1, ["--- Switching to Tiny Model ---", "two"]));
    await open.post({ ...logs(0, ["of another server"]), server: "embed" });
    assert.deepEqual(await drawnLines(), ["one", "--- Switching to Tiny Model ---", "two"]);
    assert.equal(await open.page.locator(".separator").count(), 1);
  });

  test("the filter keeps lines that contain the text, also of those to come", async () => {
    await open.state({ tab: "logs", servers, watched: "default" });
    await open.post(logs(0, ["Error: a", "fine", "an ERROR again"], true));
    await open.page.getByRole("textbox", { name: "Filter" }).fill("error");
    await open.page.locator(".line").getByText("fine").waitFor({ state: "detached" });
    await open.post(logs(3, ["fine too", "error three"]));
    assert.deepEqual(await drawnLines(), ["Error: a", "an ERROR again", "error three"]);
    await open.page.getByRole("textbox", { name: "Filter" }).fill("nowhere");
    await open.page.getByText("No line contains this text.").waitFor();
    await open.page.getByRole("textbox", { name: "Filter" }).fill("");
    await open.page.locator(".line").getByText("fine too").waitFor();
    assert.equal(await open.page.locator(".line").count(), 5);
  });

  test("the end is followed until one scrolls up, and again from the end on", async () => {
    await open.state({ tab: "logs", servers, watched: "default" });
    await open.post(
      logs(
        0,
        Array.from({ length: 500 }, (_, at) => `line ${at}`),
        true,
      ),
    );
    const distance = (): Promise<number> =>
      open.page.locator(".log").evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
    await open.page.waitForFunction(() => {
      const log = document.querySelector(".log");
      return log !== null && log.scrollTop > 0 && log.scrollHeight - log.scrollTop - log.clientHeight < 2;
    });
    await open.page.locator(".log").focus();
    await open.page.keyboard.press("Home");
    const follow = open.page.getByRole("checkbox", { name: "Follow" });
    // The library draws a change of its state in its own time.
    await open.page.getByRole("checkbox", { name: "Follow", checked: false }).waitFor();
    await open.page.waitForFunction(() => document.querySelector(".log")?.scrollTop === 0);
    // Out of sight, what comes is not laid out before it is gone to.
    await drawn(open.page);
    const more = Array.from({ length: 50 }, (_, at) => `more ${at}`);
    await open.post(logs(500, more));
    await open.page.getByText("more 49", { exact: true }).waitFor({ state: "attached" });
    assert.ok((await distance()) > 100);
    await follow.click();
    await open.page.waitForFunction(() => {
      const log = document.querySelector(".log");
      return log !== null && log.scrollHeight - log.scrollTop - log.clientHeight < 2;
    });
  });

  test("whoever drags the scroll bar is not fought for the end, however often", async () => {
    await open.state({ tab: "logs", servers, watched: "default" });
    const many = Array.from({ length: 500 }, (_, at) => `line ${at}`);
    // A drag is a place that is set anew in every frame, from the moment on in which the lines come.
    const tops = await open.page.evaluate(
      async (message) => {
        const log = document.querySelector(".log");
        const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
        window.dispatchEvent(new MessageEvent("message", { data: message }));
        const seen: number[] = [];
        if (log === null) return seen;
        for (let frames = 0; frames < 40; frames++) {
          log.scrollTop = 100 + frames;
          await frame();
          seen.push(log.scrollTop - frames);
        }
        return seen.slice(-10);
      },
      logs(0, many, true),
    );
    assert.deepEqual([...new Set(tops)], [100]);
  });

  test("the page stays bounded, and says how many lines it let go", async () => {
    await open.state({ tab: "logs", servers, watched: "default" });
    await open.post({
      ...logs(
        1000,
        Array.from({ length: 5000 }, (_, at) => `w${at}`),
        true,
      ),
      dropped: 1000,
    });
    for (let batch = 0; batch < 5; batch++)
      await open.post({
        ...logs(
          6000 + batch * 1000,
          Array.from({ length: 1000 }, (_, at) => `b${batch}-${at}`),
        ),
        dropped: 1000,
      });
    await open.page.getByText("b4-999").waitFor({ state: "attached" });
    const count = await open.page.locator(".line").count();
    assert.ok(count >= 5000 && count <= 5400, String(count));
    await open.page.getByText("6000 earlier lines were let go").waitFor();
  });

  test("another server is asked for by the list, and its log replaces the old one", async () => {
    await open.state({ tab: "logs", servers, watched: "default" });
    await open.post(logs(0, ["of the first"], true));
    await open.sent();
    await open.page.getByRole("combobox", { name: "Server" }).click();
    await open.page.getByRole("option", { name: "Embedder" }).click();
    assert.deepEqual(await open.sent(), [{ kind: "watch", server: "embed" }]);
    await open.state({ tab: "logs", servers, watched: "embed" });
    assert.equal(await open.page.locator(".line").count(), 0);
  });

  test("while the registry is not open it says why, and offers nothing", async () => {
    await open.queue([]);
    await open.state({ notice: "Model Deck is in use by another window." });
    await open.page.getByText("Model Deck is in use by another window.").first().waitFor();
    assert.equal(await open.page.getByRole("button").count(), 0);
  });

  test("screen readers hear the summary, politely, and not each of its changes", async () => {
    const both = [100, 110].map((bytesDone) => queueMessage([{ ...running, bytesDone, bytesPerSecond: 0 }]));
    // When each was said, by the page's own clock.
    const said = await open.page.evaluate(async (messages) => {
      const element = document.querySelector(".spoken");
      const heard: { readonly text: string | null; readonly at: number }[] = [];
      await new Promise<void>((resolve) => {
        if (!element) return resolve();
        new MutationObserver(() => {
          heard.push({ text: element.textContent, at: performance.now() });
          if (heard.at(-1)?.text?.endsWith("11 %")) resolve();
        }).observe(element, { childList: true, characterData: true, subtree: true });
        for (const data of messages) globalThis.dispatchEvent(new MessageEvent("message", { data }));
      });
      return heard;
    }, both as unknown[]);
    const [first, second] = said;
    assert.deepEqual(
      said.map(({ text }) => text),
      ["1 download · 10 %", "1 download · 11 %"],
    );
    // Five, less what drawing may take of them before the first is heard here.
    assert.ok((second?.at ?? 0) - (first?.at ?? 0) >= 2500, JSON.stringify(said));
    assert.equal(await open.page.locator(".spoken").getAttribute("aria-live"), "polite");
  });

  test("a message that is none of ours changes nothing", async () => {
    await open.queue([running]);
    await open.page.evaluate(() => {
      globalThis.dispatchEvent(new MessageEvent("message", { data: { kind: "state", state: { queue: 5 } } }));
      globalThis.dispatchEvent(new MessageEvent("message", { data: "hello" }));
    });
    assert.equal(await open.page.getByRole("listitem").count(), 1);
  });
});
