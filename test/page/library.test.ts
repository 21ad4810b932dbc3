import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { draftOf } from "../../src/core/present/entry-draft.ts";
import { entryForm, entryFormWords } from "../../src/core/present/entry-form.ts";
import { ranked, rolesPage, rolesPageWords } from "../../src/core/present/role-ranking.ts";
import { settingsPage, settingsPageWords } from "../../src/core/present/settings-page.ts";
import { statsPage, statsPageWords } from "../../src/core/present/stats-page.ts";
import type { EntryForm, ToLibraryHost, ToLibraryPage } from "../../src/core/protocol/library-page.ts";
import { parseToLibraryHost } from "../../src/core/protocol/parse-library-page.ts";
import { needs } from "../support/needs.ts";
import { anEntry, anEntryWithDetails } from "../support/samples.ts";
import { findChromium, launchChromium } from "../support/vscode/chromium.ts";
import { until } from "../support/vscode/until.ts";
import { type FakedPage, drawn, openFaked, servePage } from "./open-page.ts";

suite("the pages in editors, in a real browser", function () {
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
    open = await openFaked(browser, server.url, { width: 900, height: 1400 });
    assert.deepEqual(await open.sent(), [{ kind: "ready" }]);
  });
  teardown(async () => {
    // Whatever a test did: the policy stopped nothing, and the host would have understood all of it.
    assert.deepEqual(await open.violations(), []);
    for (const message of await open.sent()) assert.ok(parseToLibraryHost(message), JSON.stringify(message));
    await open.page.close();
  });

  /** The next of this kind, once it has come. */
  const next = async <Kind extends ToLibraryHost["kind"]>(
    kind: Kind,
  ): Promise<Extract<ToLibraryHost, { readonly kind: Kind }>> => {
    await open.page.waitForFunction(
      (wanted) =>
        (globalThis as unknown as { faked: { sent: { kind: string }[] } }).faked.sent.some(
          (one) => one.kind === wanted,
        ),
      kind,
    );
    const found = (await open.sent()).find((one) => one.kind === kind);
    return found as Extract<ToLibraryHost, { readonly kind: Kind }>;
  };

  suite("the form of an entry", () => {
    const entry = anEntryWithDetails({
      roles: ["chat"],
      rolePriority: { chat: 10 },
      extraArgs: ["--jinja"],
      notes: "a note",
      curated: { notes: "<b>theirs</b>" },
    });
    const show = (parts: Partial<EntryForm> = {}): Promise<void> => {
      const state = { edition: 1, draft: draftOf(entry), saving: false, status: { kind: "none", text: "" } } as const;
      const form = entryForm(entry, ["chat", "code", "ocr"], state);
      return open.post({ kind: "entry", words: entryFormWords(), state: { ...form, ...parts } });
    };
    const box = (name: string) => open.page.getByRole("textbox", { name, exact: true });
    /** The library draws what it is given with the next frame. */
    const holds = (name: string, value: string): Promise<string> =>
      until(
        `${name} to hold ${value}`,
        () => box(name).inputValue(),
        (now) => now === value,
      );

    test("shows what is saved, each field by its name", async () => {
      await show();
      await holds("Name", "Tiny (Q4_K_M)");
      await holds("Notes", "a note");
      await holds("Extra arguments", "--jinja");
      await open.page.getByRole("checkbox", { name: "chat", checked: true }).waitFor();
      await open.page.getByRole("checkbox", { name: "code", checked: false }).waitFor();
      await holds("Priority, 0 to 100; lower is preferred: chat", "10");
      assert.equal(await box("Priority, 0 to 100; lower is preferred: code").count(), 0);
      assert.equal(await open.page.locator("b").count(), 0);
      assert.match(await open.page.locator(".differences").innerText(), /Notes\s+a note\s+<b>theirs<\/b>/);
    });

    test("tells the host what is typed, and saves all of it at once", async () => {
      await show();
      await box("Notes").fill("typed");
      assert.equal((await next("draft")).draft.notes, "typed");
      await open.page.getByRole("checkbox", { name: "code" }).click();
      await box("Priority, 0 to 100; lower is preferred: code").fill("5");
      await box("Port").fill("8001");
      await open.page.getByRole("checkbox", { name: "Locked" }).click();
      await open.page.getByRole("button", { name: "Save" }).click();
      const { draft } = await next("save");
      assert.deepEqual(draft.roles, [
        { role: "chat", priority: "10" },
        { role: "code", priority: "5" },
      ]);
      assert.deepEqual([draft.port, draft.locked, draft.notes], ["8001", true, "typed"]);
    });

    test("is saved with the keyboard, too", async () => {
      await show();
      await box("Name").fill("Other");
      await open.page.keyboard.press("Control+s");
      assert.equal((await next("save")).draft.displayName, "Other");
    });

    test("inserts common arguments of the back end, one a line", async () => {
      await show();
      await open.page.getByRole("button", { name: "Insert" }).click();
      await holds("Extra arguments", "--jinja\n--ctx-size\n8192");
      await open.page.getByRole("combobox", { name: "Back end" }).click();
      await open.page.getByRole("option", { name: "vllm" }).click();
      await open.page.getByRole("combobox", { name: "Common arguments" }).click();
      await open.page.getByRole("option", { name: "--tensor-parallel-size 2" }).click();
      await open.page.getByRole("button", { name: "Insert" }).click();
      await open.page.getByRole("button", { name: "Save" }).click();
      const { draft } = await next("save");
      assert.equal(draft.extraArgs, "--jinja\n--ctx-size\n8192\n--tensor-parallel-size\n2");
      assert.equal(draft.backend, "vllm");
      await open.page.getByRole("combobox", { name: "Back end" }).click();
      await open.page.getByRole("option", { name: "mlx" }).click();
      await open.page.getByText("There are no common arguments for this back end.").waitFor();
    });

    test("keeps what is typed while the host answers, and shows another draft only when told to", async () => {
      await show();
      await box("Notes").fill("typed");
      await show({ changed: true, status: { kind: "stale", text: "Changed elsewhere." } });
      await holds("Notes", "typed");
      await open.page.getByRole("status").getByText("Changed elsewhere.").waitFor();
      await open.page.getByRole("button", { name: "Reload" }).click();
      await next("reload");
      await show({ edition: 2, draft: { ...draftOf(entry), notes: "reset" } });
      await holds("Notes", "reset");
      assert.equal(await open.page.getByRole("button", { name: "Reload" }).count(), 0);
    });

    test("tells problems at their fields, and has Reset only where something is typed", async () => {
      await show({ problems: [{ field: "port", problem: "No port." }] });
      assert.deepEqual(await open.page.getByRole("alert").allInnerTexts(), ["No port."]);
      await open.page.getByRole("button", { name: "Reset", disabled: true }).waitFor();
      await show({ changed: true });
      await open.page.getByText("Not saved yet").waitFor();
      await open.page.getByRole("button", { name: "Reset" }).click();
      await next("reset");
      await open.page.getByRole("button", { name: "Take curated values" }).click();
      await next("takeCurated");
    });
  });

  suite("the statistics", () => {
    const state = statsPage({
      count: 3,
      bytes: 6000,
      byBackend: { vllm: { count: 4, bytes: 1000 }, "llama.cpp": { count: 1, bytes: 5000 } },
      byFormat: {},
      byQuantization: {},
      byLocation: {},
      byRole: { chat: { count: 1, bytes: 10 } },
    });

    test("are tables with names and figures, and bars as long as they say", async () => {
      await open.post({ kind: "stats", words: statsPageWords(), state });
      const table = open.page.getByRole("table", { name: "Back end" });
      assert.deepEqual(await table.getByRole("rowheader").allInnerTexts(), ["llama.cpp", "vllm"]);
      assert.deepEqual(await table.getByRole("cell").allInnerTexts(), ["1", "5.0 kB", "4", "1.0 kB"]);
      const widths = (): Promise<number[]> =>
        table.locator(".bar").evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
      const [first = 0, second = 0] = await widths();
      assert.ok(first > 100 && Math.abs(second / first - 0.2) < 0.02, `${first} ${second}`);
      await open.page.getByRole("combobox", { name: "Bars show" }).click();
      await open.page.getByRole("option", { name: "number of models" }).click();
      await drawn(open.page);
      const [fewer = 0, more = 0] = await widths();
      assert.ok(Math.abs(fewer / more - 0.25) < 0.02, `${fewer} ${more}`);
    });
  });

  suite("the order of a role", () => {
    const entries = ["a", "b", "c"].map((name, at) =>
      anEntry({ name, displayName: `Model ${name}`, roles: ["chat"], rolePriority: { chat: at * 10 } }),
    );
    const show = (order = entries, said = ""): Promise<void> => {
      const roles = [["chat", 3] as const, ["code", 0] as const];
      const state = rolesPage(roles, "chat", ranked(order, "chat"), said);
      return open.post({ kind: "roles", words: rolesPageWords(), state });
    };
    const titles = (): Promise<string[]> => open.page.locator(".candidates .title").allInnerTexts();

    test("is changed by buttons, which the ends lack", async () => {
      await show();
      assert.deepEqual(await titles(), ["Model a", "Model b", "Model c"]);
      await open.page.getByRole("button", { name: "Up: Model a", disabled: true }).waitFor();
      await open.page.getByRole("button", { name: "Down: Model c", disabled: true }).waitFor();
      await open.page.getByRole("button", { name: "Up: Model c" }).click();
      await open.page.getByRole("button", { name: "Down: Model a" }).click();
      await open.page.getByRole("button", { name: "Take Away: Model b" }).click();
      assert.deepEqual(await open.sent(), [
        { kind: "move", name: "c", to: 1 },
        { kind: "move", name: "a", to: 1 },
        { kind: "leave", name: "b" },
      ]);
    });

    test("is changed by dragging", async () => {
      await show();
      const rows = open.page.getByRole("listitem");
      await rows.nth(2).dragTo(rows.nth(0));
      assert.deepEqual(await open.sent(), [{ kind: "move", name: "c", to: 0 }]);
    });

    test("keeps the focus on the model that moved, and says where it is", async () => {
      await show();
      await open.page.getByRole("button", { name: "Up: Model c" }).focus();
      const moved = entries.map((one) => (one.name === "c" ? { ...one, rolePriority: { chat: 5 } } : one));
      await show(moved, "Model c is number 2 now.");
      assert.deepEqual(await titles(), ["Model a", "Model c", "Model b"]);
      assert.equal(await open.page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Up: Model c");
      assert.equal(await open.page.getByRole("status").innerText(), "Model c is number 2 now.");
    });

    test("of another role is asked for, and a model can be given a role", async () => {
      await show([]);
      await open.page.getByText("No model has this role.").waitFor();
      await open.page.getByRole("combobox", { name: "Role" }).click();
      await open.page.getByRole("option", { name: "code (0)" }).click();
      await open.page.getByRole("button", { name: "Give this role to a model…" }).click();
      assert.deepEqual(await open.sent(), [{ kind: "role", role: "code" }, { kind: "join" }]);
    });
  });

  test("settings are found by a part of their name, and lead to where they are changed", async () => {
    const state = settingsPage([
      { key: "modelDeck.serving.port", value: 8080, origin: "default" },
      { key: "modelDeck.roles", value: ["chat"], origin: "user", problem: "takes texts" },
    ]);
    await open.post({ kind: "settings", words: settingsPageWords(), state });
    assert.equal(await open.page.getByRole("row").count(), 3);
    await open.page.getByRole("textbox", { name: "Filter settings" }).fill("ROLES");
    assert.deepEqual(await open.page.getByRole("rowheader").allInnerTexts(), ["modelDeck.roles"]);
    await open.page.getByText("takes texts").waitFor();
    await open.page.getByRole("button", { name: "Change: modelDeck.roles" }).click();
    assert.deepEqual(await open.sent(), [{ kind: "setting", key: "modelDeck.roles" }]);
    await open.page.getByRole("textbox", { name: "Filter settings" }).fill("nowhere");
    await open.page.getByText("No setting contains this text.").waitFor();
  });

  test("one page takes the place of another, and what is none of ours changes nothing", async () => {
    await open.post({ kind: "notice", text: "This model is no longer there." });
    await open.page.getByText("This model is no longer there.").waitFor();
    await open.page.evaluate(() => {
      globalThis.dispatchEvent(new MessageEvent("message", { data: { kind: "stats", state: 5 } }));
    });
    await open.page.getByText("This model is no longer there.").waitFor();
  });
});
