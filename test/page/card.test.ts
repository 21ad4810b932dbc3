import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import type { Browser } from "playwright-core";
import { type CardParts, cardPage } from "../../src/core/present/card-page.ts";
import { cardPageWords, cutWords } from "../../src/core/present/card-words.ts";
import type { CardReadme } from "../../src/core/protocol/card-page.ts";
import type { ToLibraryHost, ToLibraryPage } from "../../src/core/protocol/library-page.ts";
import { parseToLibraryHost } from "../../src/core/protocol/parse-library-page.ts";
import { readReadme } from "../../src/core/readme/read-readme.ts";
import { needs } from "../support/needs.ts";
import { aFit, anEntryWithDetails } from "../support/samples.ts";
import { findChromium, launchChromium } from "../support/vscode/chromium.ts";
import { type FakedPage, openFaked, servePage } from "./open-page.ts";

const sha256 = "ab".repeat(32);
const entry = anEntryWithDetails({
  description: "A small one.\n<b>bold</b>",
  metadata: { triggerWords: ["red fox"], fetched: {} },
  source: { provider: "huggingface", reference: "acme/tiny" },
  facts: [
    { name: "context", value: 32_768, source: "gguf", confidence: 1 },
    { name: "vision", value: true, source: "name", confidence: 0.5 },
  ],
  characteristics: [
    { name: "context", value: 32_768, source: "gguf", confidence: 1 },
    { name: "context", value: 8192, source: "hub", confidence: 0.8 },
    { name: "vision", value: true, source: "name", confidence: 0.5 },
  ],
  files: [{ path: "/models/a.gguf", sizeBytes: 1000, sha256, proof: "sha256" }],
  places: [{ of: "/models/a.gguf", path: "/other/a.gguf", sizeBytes: 1000, sha256, shared: true }],
});
/** One dot. */
const picture =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

let editions = 0;
const readmeOf = (markdown: string): CardReadme => {
  const base = {
    links: "https://hub.test/a/blob/main/README.md",
    pictures: "https://hub.test/a/resolve/main/README.md",
  };
  const { blocks, cut } = readReadme({ markdown, base, picture: "Picture" });
  return { kind: "shown", edition: String(++editions), from: "https://hub.test/a", cut: cutWords(cut), blocks };
};

suite("the card of a model, in a real browser", function () {
  this.timeout(180_000);
  let browser: Browser | undefined;
  let server: Awaited<ReturnType<typeof servePage>>;
  let open: FakedPage<ToLibraryPage, ToLibraryHost>;

  suiteSetup(async function () {
    const { chromium } = needs(this, "vscode", await findChromium());
    server = await servePage("src/webview/editor.ts", "media/editor.css");
    browser = await launchChromium(chromium);
  });
  suiteTeardown(async () => {
    await browser?.close();
    await server?.close();
  });
  setup(async () => {
    assert.ok(browser);
    open = await openFaked(browser, server.url, { width: 800, height: 900 });
    await open.sent();
  });
  teardown(async () => {
    assert.deepEqual(await open.violations(), []);
    for (const message of await open.sent()) assert.ok(parseToLibraryHost(message), JSON.stringify(message));
    await open.page.close();
  });

  const show = (parts: Partial<CardParts> = {}): Promise<void> =>
    open.post({
      kind: "card",
      words: cardPageWords(),
      state: cardPage(entry, {
        fit: [aFit()],
        context: undefined,
        asking: false,
        served: true,
        servable: true,
        picture,
        readme: { kind: "loading" },
        ...parts,
      }),
    });
  const main = () => open.page.locator("main");
  /** It takes its place when it is decoded. */
  const pictureShown = () =>
    open.page.waitForFunction(() => document.querySelector<HTMLImageElement>("main img")?.naturalWidth === 1);

  test("shows all that is known, and asks the host for what a person wishes", async () => {
    await show();
    for (const name of ["Fit", "Characteristics", "Files"]) await open.page.getByRole("table", { name }).waitFor();
    await open.page.getByRole("heading", { level: 1, name: "Tiny (Q4_K_M)" }).waitFor();
    assert.match(await main().innerText(), /A small one\.\n<b>bold<\/b>/);
    assert.equal(await open.page.getByRole("img", { name: "Its picture" }).count(), 1);
    await pictureShown();
    await open.page.getByRole("button", { name: "Fetch Metadata" }).click();
    await open.page.getByRole("button", { name: "Copy: red fox" }).click();
    await open.page.getByRole("button", { name: "Copy: sha256, a.gguf" }).press("Enter");
    await open.page.getByRole("status").getByText("Copied.").waitFor();
    assert.deepEqual(await open.sent(), [
      { kind: "card", deed: "fetch" },
      { kind: "copy", text: "red fox" },
      { kind: "copy", text: sha256 },
    ]);
    const row = open.page.getByRole("row", { name: /^Vision/ });
    assert.match(await row.innerText(), /yes \(a guess\)\s+its name\s+50 %/);
    await open.page.getByText("What others say (1)").click();
    await open.page.getByText("8,192 tokens · the hub · 80 %").waitFor();
    await open.page.getByText("the same file").waitFor();
  });

  test("asks for the fit of another context, and keeps what was there until the answer comes", async () => {
    await show();
    await open.page.getByRole("combobox", { name: "Context" }).click();
    await open.page.getByRole("option", { name: "16,384 tokens" }).click();
    assert.deepEqual(await open.sent(), [{ kind: "fitAt", context: 16_384 }]);
    await show({ context: 16_384, asking: true, fit: [] });
    await open.page.getByText("Asking…").waitFor();
    await open.page.getByText("Fits NVIDIA H200 with 12 GB to spare").waitFor();
    await show({ context: 16_384, fit: [aFit({ verdict: { kind: "no" } })] });
    await open.page.getByText(/^Does not fit NVIDIA H200/).waitFor();
  });

  test("nothing above moves when the README arrives, and what is unfolded stays", async () => {
    await show();
    await open.page.getByText("What others say (1)").click();
    const tops = (): Promise<readonly number[]> =>
      open.page.locator("section > h2").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
    await pictureShown();
    const before = await tops();
    await show({ readme: readmeOf("# Usage\n\nRead [the guide](docs/guide.md).\n\n```sh\nrun it\n```") });
    await open.page.getByRole("heading", { name: "Usage" }).waitFor();
    assert.deepEqual(await tops(), before);
    assert.equal(await open.page.locator("details[open]").count(), 1);
    const section = open.page.getByRole("region", { name: "README", exact: true });
    await section.getByRole("link", { name: "the guide" }).click();
    await section.getByRole("button", { name: "Copy" }).click();
    assert.deepEqual(await open.sent(), [
      { kind: "visit", address: "https://hub.test/a/blob/main/docs/guide.md" },
      { kind: "copy", text: "run it" },
    ]);
    assert.equal(open.page.url(), server.url);
  });

  test("says in a line why there is no README, and asks again", async () => {
    await show({ readme: { kind: "none", text: "Its README could not be read.", again: true } });
    await open.page.getByRole("button", { name: "Try Again" }).click();
    assert.deepEqual(await open.sent(), [{ kind: "card", deed: "readme" }]);
    await show({ readme: { kind: "none", text: "It has no README.", again: false } });
    await open.page.getByText("It has no README.").waitFor();
    assert.equal(await open.page.getByRole("button", { name: "Try Again" }).count(), 0);
  });

  test("a hostile README runs nothing, fetches nothing, and leads only to web pages", async () => {
    let asked = 0;
    const outside = createServer((_, response) => {
      asked += 1;
      response.end();
    }).listen(0, "127.0.0.1");
    await once(outside, "listening");
    const address = outside.address();
    const spy = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    await show({
      readme: readmeOf(
        [
          `<script>window.hacked = true; fetch("${spy}")</script>`,
          `![spy](${spy}/a.png) <img src="${spy}/b.png" onerror="window.hacked = true">`,
          `<iframe src="${spy}"></iframe><svg onload="window.hacked=true"></svg><style>@import "${spy}";</style>`,
          "[one](javascript:window.hacked=true) <a href='javascript:window.hacked=true'>two</a> [three](command:evil)",
          '<form action="https://x.test"><input name=q><button>send</button></form>',
          '<base href="https://evil.test"><meta http-equiv="refresh" content="0;url=https://evil.test">',
          "the end",
        ].join("\n\n"),
      ),
    });
    const section = open.page.locator(".readme");
    await section.getByText("the end").waitFor();
    for (const tag of ["script", "img", "iframe", "svg", "style", "form", "input", "base", "meta"])
      assert.equal(await section.locator(tag).count(), 0, tag);
    const links = await section.locator("a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    assert.deepEqual(links, [`${spy}/a.png`, `${spy}/b.png`]);
    assert.equal(await open.page.evaluate(() => "hacked" in globalThis), false);
    assert.equal(asked, 0);
    outside.close();
  });

  test("a huge README is shown in part, and its tables do not widen the page", async function () {
    this.timeout(180_000);
    const wide = `|${"a long head|".repeat(60)}\n|${"-|".repeat(60)}\n${`|${"a cell of words|".repeat(60)}\n`.repeat(40)}`;
    await show({ readme: readmeOf(`${wide}\n\n${"x".repeat(5000)}\n\n${"lorem ipsum ".repeat(90_000)}`) });
    await open.page.getByText("This is not all of it").waitFor();
    const widths = await open.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok((widths[0] ?? 0) <= (widths[1] ?? 0), widths.join(" > "));
    assert.ok(await open.page.locator(".scroll").evaluate((one) => one.scrollWidth > one.clientWidth));
  });
});
