import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import {
  type FormState,
  type PlaceFacts,
  formArguments,
  formPage,
  freshDraft,
} from "../../src/core/present/download-form.ts";
import { formPreview, noPreview } from "../../src/core/present/form-preview.ts";
import { formPageWords } from "../../src/core/present/form-words.ts";
import type { FormDraft } from "../../src/core/protocol/form-page.ts";
import type { HubAnalysis } from "../../src/core/protocol/hub.ts";
import type { ToLibraryHost, ToLibraryPage } from "../../src/core/protocol/library-page.ts";
import { parseToLibraryHost } from "../../src/core/protocol/parse-library-page.ts";
import { needs } from "../support/needs.ts";
import { aPreview, anAnalysis } from "../support/download-samples.ts";
import { findChromium, launchChromium } from "../support/vscode/chromium.ts";
import { type FakedPage, openFaked, servePage } from "./open-page.ts";

const places: readonly PlaceFacts[] = [
  { name: "main", path: "/models", layout: "owner-repo", freeBytes: 900_000_000_000 },
  { name: "comfy", path: "/ComfyUI", layout: "comfyui", freeBytes: 12_000_000_000 },
];

suite("the form of a download, in a real browser", function () {
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

  const show = (analysis: HubAnalysis, parts: Partial<FormState> = {}): Promise<void> =>
    open.post({
      kind: "form",
      words: formPageWords(),
      state: formPage(analysis, places, {
        edition: 1,
        draft: freshDraft(analysis, places),
        preview: noPreview,
        problems: [],
        adding: false,
        status: { kind: "none", text: "" },
        ...parts,
      }),
    });
  /** The first draft the host is told of which that holds. */
  const told = async (holds: (draft: FormDraft) => boolean = () => true): Promise<FormDraft> => {
    for (;;) {
      await open.page.waitForFunction(
        () => (globalThis as unknown as { faked: { sent: readonly object[] } }).faked.sent.length > 0,
      );
      const drafts = (await open.sent()).flatMap((message) =>
        message.kind === "formDraft" || message.kind === "form" ? [message.draft] : [],
      );
      const found = drafts.find(holds);
      if (found) return found;
    }
  };
  const box = (name: RegExp) => open.page.getByRole("checkbox", { name });

  test("shows what there is, and what is chosen becomes what is asked for", async () => {
    const analysis = anAnalysis();
    await show(analysis);
    await open.page.getByRole("heading", { level: 1, name: "acme/tiny" }).waitFor();
    assert.equal(await open.page.getByText("gguf · fits · already here").count(), 0);
    await box(/Q4_K_M/).click();
    const draft = await told();
    assert.deepEqual(formArguments(analysis, draft), {
      model: "acme/tiny",
      revision: "main",
      files: ["tiny-Q4_K_M.gguf"],
      location: "main",
    });
  });

  test("all and none are one press each, and a format narrows what all means", async () => {
    await show(anAnalysis());
    await open.page.getByRole("button", { name: "Select All" }).click();
    assert.deepEqual((await told()).picked, ["0", "1", "2"]);
    await open.page.getByRole("combobox", { name: "Format" }).click();
    await open.page.getByRole("option", { name: "gguf" }).click();
    assert.deepEqual((await told()).picked, ["0", "1"]);
    assert.equal(await open.page.locator(".variants li").count(), 2);
    await open.page.getByRole("button", { name: "Select None" }).press("Enter");
    assert.deepEqual((await told()).picked, []);
  });

  test("versions are to choose from where there are several, with what they are for and when they came", async () => {
    const versions = [
      { revision: "main", name: "v2", baseModel: "SDXL 1.0", publishedAt: "2026-03-01T12:00:00Z" },
      { revision: "old", name: "v1" },
    ];
    await show(anAnalysis());
    assert.equal(await open.page.getByRole("combobox", { name: "Version" }).isVisible(), false);
    await show(anAnalysis({ versions }), { edition: 2 });
    await open.page.getByRole("combobox", { name: "Version" }).click();
    await open.page.getByRole("option", { name: "v2 · SDXL 1.0 · 2026-03-01", selected: true }).waitFor();
    await open.page.getByRole("option", { name: "v1" }).click();
    assert.equal((await told()).version, "old");
  });

  test("a place of ComfyUI offers its folders, another one a text, and a folder of one's own its dialog", async () => {
    await show(anAnalysis());
    await open.page.getByRole("combobox", { name: "Where to put it" }).click();
    await open.page.getByRole("option", { name: "comfy" }).click();
    await open.page.getByText("/ComfyUI · as ComfyUI has it · 12 GB free").waitFor();
    await open.page.getByRole("combobox", { name: "Subfolder" }).click();
    await open.page.getByRole("option", { name: "loras" }).click();
    const draft = await told(({ subfolder }) => subfolder !== "");
    assert.deepEqual([draft.location, draft.subfolder], ["comfy", "loras"]);
    await open.page.getByRole("combobox", { name: "Where to put it" }).click();
    await open.page.getByRole("option", { name: "Another folder" }).click();
    await open.page.getByRole("textbox", { name: "Subfolder" }).waitFor();
    await open.page.getByRole("button", { name: "Choose Folder…" }).click();
    const sent = await open.sent();
    assert.ok(sent.some((message) => message.kind === "form" && message.deed === "pickFolder"));
  });

  test("says what it would do, where bytes are had from, and hands out the command", async () => {
    const preview = formPreview(aPreview(), false);
    await show(anAnalysis(), { preview });
    await open.page.getByText("6.9 GB in all, 2.0 GB to fetch.").waitFor();
    await open.page.getByText("100 GB are free there; queue and reserve speak for 5.0 GB.").waitFor();
    const row = open.page.getByRole("row", { name: /^tiny-Q4_K_M\.gguf/ });
    assert.match(
      await row.innerText(),
      /on this machine[\s\S]*\/other\/tiny\.gguf[\s\S]*Hard link[\s\S]*no clones here/,
    );
    await open.page.getByRole("button", { name: "Copy: The same in a terminal" }).click();
    await open.page.getByRole("button", { name: "Look for These Bytes Here" }).click();
    const [copied, proved] = await open.sent();
    assert.deepEqual(copied, { kind: "copy", text: "modeldeck downloads.add --model acme/tiny" });
    assert.ok(proved?.kind === "form" && proved.deed === "prove");
    await show(anAnalysis(), { preview: { ...preview, kind: "proving" } });
    await open.page.getByText(/being hashed/).waitFor();
    await open.page.getByRole("button", { name: "Stop" }).waitFor();
  });

  test("what does not fit stands at its field, and what was typed stays there", async () => {
    await show(anAnalysis());
    await open.page.getByRole("textbox", { name: "Support repository" }).fill("acme/nothing");
    await show(anAnalysis(), {
      problems: [{ field: "supportRepo", problem: "There is no repository “acme/nothing”." }],
    });
    const alert = open.page.getByRole("alert").getByText("There is no repository");
    await alert.waitFor();
    assert.equal(await open.page.getByRole("textbox", { name: "Support repository" }).inputValue(), "acme/nothing");
    await show(anAnalysis());
    await alert.waitFor({ state: "hidden" });
  });

  test("warns of gated models and of what scanners say, and leads to the page", async () => {
    const analysis = anAnalysis({ gated: "manual" });
    await show(analysis, { draft: { ...freshDraft(analysis, places), picked: ["2"] } });
    await open.page.getByText("It is gated: its terms must be accepted first, on its page.").waitFor();
    await open.page.getByText("Its pickle imports os.system").waitFor();
    await open.page.getByRole("button", { name: "Read and Accept Its Terms…" }).click();
    assert.deepEqual(await open.sent(), [{ kind: "visit", address: "https://hub.test/acme/tiny" }]);
  });

  test("a direct address asks for a digest and no support repository; Ollama's for neither place nor links", async () => {
    await show(anAnalysis({ provider: "url" }));
    await open.page.getByRole("textbox", { name: "Expected sha256" }).waitFor();
    assert.equal(await open.page.getByRole("textbox", { name: "Support repository" }).isVisible(), false);
    await show(anAnalysis({ provider: "ollama" }), { edition: 2 });
    await open.page.getByRole("group", { name: "Where to put it" }).waitFor({ state: "hidden" });
    await open.page.getByRole("group", { name: "Links in other folders" }).waitFor({ state: "hidden" });
  });

  test("is used by keys alone, from the first variant to the download", async () => {
    await show(anAnalysis());
    await box(/Q4_K_M/).focus();
    await open.page.keyboard.press("Space");
    await open.page.getByRole("button", { name: "Download Paused" }).focus();
    await open.page.keyboard.press("Enter");
    const sent = await open.sent();
    const last = sent.at(-1);
    assert.ok(last?.kind === "form" && last.deed === "downloadPaused");
    assert.deepEqual(last.draft.picked, ["0"]);
  });

  test("long names and many files do not widen the page", async () => {
    const long = `${"a-very-long-name-".repeat(20)}.gguf`;
    const preview = formPreview(aPreview(long), false);
    const analysis = anAnalysis({ title: long });
    await show(analysis, { preview, draft: { ...freshDraft(analysis, places), linkOut: [`/x/${long}`] } });
    await open.page.getByRole("heading", { level: 1 }).waitFor();
    const widths = await open.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok((widths[0] ?? 0) <= (widths[1] ?? 0), widths.join(" > "));
  });
});
