import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { profileFormWords } from "../../src/core/present/profile-form.ts";
import type { ToLibraryHost, ToLibraryPage } from "../../src/core/protocol/library-page.ts";
import { parseToLibraryHost, parseToLibraryPage } from "../../src/core/protocol/parse-library-page.ts";
import type { ProfileField, ProfileForm } from "../../src/core/protocol/profile-page.ts";
import { needs } from "../support/needs.ts";
import { findChromium, launchChromium } from "../support/vscode/chromium.ts";
import { until } from "../support/vscode/until.ts";
import { type FakedPage, openFaked, servePage } from "./open-page.ts";

const plain: ProfileField = {
  key: "context",
  label: "Context, in tokens",
  hint: "Tokens of context.",
  lines: 1,
  choices: [],
  value: "1024",
  origin: "a, line 3",
  problem: "",
};
const form: ProfileForm = {
  edition: 0,
  title: "A",
  facts: "/m.conf, line 1",
  fields: [
    plain,
    {
      ...plain,
      key: "fit",
      label: "Fit",
      value: "",
      choices: ["", "on", "off"].map((value) => ({ value, label: value || "not said here" })),
    },
  ],
  problems: ["The server does not know --x."],
  deeds: ["serve", "openFile"],
  command: "llama-server -c 1024",
  commandProblem: "",
  changed: false,
  saving: false,
  status: { kind: "none", text: "" },
};

suite("the form of a profile, in a real browser", function () {
  this.timeout(180_000);
  let browser: Browser | undefined;
  let server: Awaited<ReturnType<typeof servePage>>;
  let open: FakedPage<ToLibraryPage, ToLibraryHost>;
  const show = async (more: Partial<ProfileForm> = {}): Promise<void> => {
    const message = { kind: "profile", words: profileFormWords(), state: { ...form, ...more } } as const;
    assert.ok(parseToLibraryPage(message));
    await open.post(message);
  };

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
    open = await openFaked(browser, server.url, { width: 700, height: 700 });
    await open.sent();
    await show();
  });
  teardown(async () => {
    assert.deepEqual(await open.violations(), []);
    for (const message of await open.sent()) assert.ok(parseToLibraryHost(message), JSON.stringify(message));
    await open.page.close();
  });

  test("says what is wrong, and what each value means and where it comes from", async () => {
    const text = await open.page.locator("form").innerText();
    for (const words of ["The server does not know --x.", "Tokens of context. · a, line 3", "llama-server -c 1024"])
      assert.ok(text.includes(words), text);
    const wide = await open.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(wide, 0);
  });

  test("a problem stands at its field, and what is typed stays", async () => {
    await open.page.getByRole("textbox", { name: "Context, in tokens" }).fill("lots");
    await show({ fields: [{ ...plain, value: "lots", problem: "Takes a number." }], changed: true });
    await open.page.getByText("Takes a number.").waitFor();
    await open.page.getByText("Not saved yet").waitFor();
    assert.equal(await open.page.getByRole("textbox", { name: "Context, in tokens" }).inputValue(), "lots");
  });

  test("a choice is one of few, and all is told together", async () => {
    await open.page.getByRole("combobox", { name: "Fit" }).click();
    await open.page.getByRole("option", { name: "off" }).click();
    await open.page.keyboard.press("Control+s");
    const last = await until(
      "what is saved",
      () => open.sent(),
      (all) => all.some(({ kind }) => kind === "profileSave"),
    );
    assert.deepEqual(
      last.find(({ kind }) => kind === "profileSave"),
      {
        kind: "profileSave",
        values: [
          { key: "context", value: "1024" },
          { key: "fit", value: "off" },
        ],
      },
    );
  });

  test("what is typed while it is saved stays in its field, with the cursor, and is told", async () => {
    const context = open.page.getByRole("textbox", { name: "Context, in tokens" });
    await context.fill("2k");
    await open.page.keyboard.press("Control+s");
    await show({ saving: true, changed: true });
    await context.fill("4k");
    const fit = { ...plain, key: "fit", label: "Fit", choices: form.fields[1]?.choices ?? [], value: "on" };
    await show({ edition: 1, fields: [{ ...plain, value: "2048" }, fit] });
    await until(
      "what is saved",
      () => open.page.getByRole("combobox", { name: "Fit" }).evaluate((shown) => "value" in shown && shown.value),
      (value) => value === "on",
    );
    assert.equal(await context.inputValue(), "4k");
    await open.page.keyboard.type("8");
    const last = await until(
      "what was typed",
      () => open.sent(),
      (all) => all.some((one) => one.kind === "profileDraft" && one.values.some(({ value }) => value === "4k8")),
    );
    assert.deepEqual(last.at(-1), {
      kind: "profileDraft",
      values: [
        { key: "context", value: "4k8" },
        { key: "fit", value: "on" },
      ],
    });
    await open.page.keyboard.press("Control+s");
    await show({ edition: 2, fields: [{ ...plain, value: "4098" }, fit] });
    await until(
      "what was saved",
      () => context.inputValue(),
      (value) => value === "4098",
    );
  });

  test("what is typed is let go with Reset", async () => {
    const context = open.page.getByRole("textbox", { name: "Context, in tokens" });
    await context.fill("2k");
    await show({ changed: true });
    await open.page.getByRole("button", { name: "Reset" }).click();
    await show({ edition: 1 });
    await until(
      "what is saved",
      () => context.inputValue(),
      (value) => value === "1024",
    );
  });

  test("it is served, and its file opened, from here; one of a model can be cloned only", async () => {
    await open.page.getByRole("button", { name: "Serve" }).click();
    await open.page.getByRole("button", { name: "Open File" }).click();
    assert.deepEqual(await open.sent(), [
      { kind: "profileDeed", deed: "serve" },
      { kind: "profileDeed", deed: "openFile" },
    ]);
    await show({ deeds: ["serve", "clone"] });
    await open.page.getByRole("button", { name: "Clone…" }).waitFor();
    assert.equal(await open.page.getByRole("button", { name: "Open File" }).isVisible(), false);
  });
});
