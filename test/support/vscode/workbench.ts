import path from "node:path";
import type { Frame, Locator, Page } from "playwright-core";
import { exactly } from "./exactly.ts";
import { TRY, untilDone } from "./gesture.ts";
import { type Menus, menusOn } from "./menus.ts";
import { type Notices, noticesOn } from "./notices.ts";
import { paletteOf } from "./palette.ts";
import { openTab, widen } from "./side-bar.ts";
import { drawnLines } from "./drawn-lines.ts";
import { until } from "./until.ts";
import { findWebview } from "./webview-frame.ts";

export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** Counts from 1. */
  readonly level: number;
  /** Absent: the row has nothing below it. */
  readonly expanded?: boolean;
}

/** One window of VS Code, as a person sees and uses it. */
export interface Workbench extends Menus, Notices {
  readonly page: Page;
  /** Opens the palette and runs the command of that title ("Model Deck: Download Model…"). */
  runCommand(title: string): Promise<void>;
  /** Types into the input or quick pick that is open, and presses Enter. */
  answerInput(text: string): Promise<void>;
  /** Labels of the rows of the open quick pick, those in sight. */
  picks(): Promise<readonly string[]>;
  /** Picks the row with that label, or the first one that matches. */
  pick(label: string | RegExp): Promise<void>;
  /** Confirms an open pick of several. */
  confirmPicks(): Promise<void>;
  /** Presses a key in the input or quick pick that is open, whatever has the focus. */
  pressInInput(key: string): Promise<void>;
  /** Leaves the input or quick pick that is open, or about to be. */
  leaveInput(): Promise<void>;
  quickInput(): Locator;
  /** What the open modal dialog says. */
  dialogText(): Promise<string>;
  /** Presses a button of the open modal dialog, and gives what it said. */
  answerDialog(button: string): Promise<string>;
  openViewContainer(title: string): Promise<void>;
  closePanel(): Promise<void>;
  /** Rows in sight of the tree in the view of that title. */
  treeRows(view: string): Promise<readonly TreeRow[]>;
  treeRow(view: string, label: string | RegExp): Locator;
  /** Presses an icon in the title of the view. */
  pressInView(view: string, title: string): Promise<void>;
  /** Opens the menu behind the dots in the title of the view. */
  openViewMenu(view: string): Promise<void>;
  /** What stands in the editor in front, once its title has that and its text matches all; none: once there is any. */
  previewText(title: string, ...texts: readonly RegExp[]): Promise<string>;
  /** Presses an icon in the title of the editor in front. */
  pressInEditor(title: string): Promise<void>;
  /** What a view says while it is empty. */
  welcomeText(view: string): Promise<string>;
  /** The text of the status-bar item whose id or text holds this; undefined: there is none. */
  statusBar(part: string): Promise<string | undefined>;
  clickStatusBar(part: string): Promise<void>;
  /** The extension's own document inside a webview; the selector tells several apart. */
  webview(extension: string, selector?: string): Promise<Frame>;
  setTheme(name: string): Promise<void>;
  /** Makes the side bar wider by so many pixels. */
  widenSideBar(by: number): Promise<void>;
  screenshot(file: string): Promise<void>;
}

const asPattern = (label: string | RegExp): RegExp => (typeof label === "string" ? exactly(label) : label);

export function workbenchOn(page: Page): Workbench {
  const quickInput = page.locator(".quick-input-widget");
  const input = quickInput.locator("input.input");
  const rowOf = (list: Locator, label: string | RegExp): Locator =>
    list
      .locator(".monaco-list-row")
      .filter({ has: page.locator(".label-name", { hasText: asPattern(label) }) })
      .first();
  const pane = (title: string): Locator =>
    page
      .locator(".pane")
      .filter({ has: page.locator(".pane-header", { hasText: title }) })
      .first();
  const dialog = page.locator(".monaco-dialog-box");
  const dialogText = async (): Promise<string> => {
    await dialog.waitFor({ state: "visible" });
    return (await dialog.locator(".dialog-message-container").innerText()).trim();
  };
  const editor = page.locator(".editor-group-container.active");
  const runCommand = paletteOf(page, (title) => rowOf(quickInput, title));
  const menus = menusOn(page);
  const self: Workbench = {
    page,
    runCommand,
    ...menus,
    ...noticesOn(page, runCommand),
    widenSideBar: (by) => widen(page, by),
    answerInput: async (text) => {
      await input.waitFor({ state: "visible" });
      await input.fill(text);
      await input.press("Enter");
    },
    picks: () =>
      quickInput
        .locator(".monaco-list-row .label-name")
        // Rows are used again: what an earlier list said may still be in them, out of sight.
        .evaluateAll((labels) =>
          labels.filter((label) => label.checkVisibility()).map((label) => label.textContent ?? ""),
        ),
    pick: async (label) => {
      const row = rowOf(quickInput, label);
      await row.waitFor();
      // Left where the press before was, the pointer brings up a hover that lies over the rows below.
      await page.mouse.move(0, 0);
      await row.click();
    },
    confirmPicks: () => quickInput.getByRole("button", { name: "OK", exact: true }).click(),
    pressInInput: (key) => input.press(key),
    leaveInput: async () => {
      await quickInput.waitFor();
      await input.press("Escape");
      await quickInput.waitFor({ state: "hidden" });
    },
    quickInput: () => quickInput,
    dialogText,
    answerDialog: async (button) => {
      const text = await dialogText();
      await dialog.getByRole("button", { name: button, exact: true }).click();
      await dialog.waitFor({ state: "hidden" });
      return text;
    },
    openViewContainer: (title) =>
      openTab(title, page.locator(".activitybar").getByRole("tab", { name: new RegExp(`^${title}\\b`) })),
    closePanel: async () => {
      const panel = page.locator(".part.panel");
      if (await panel.isVisible()) await self.runCommand("View: Toggle Panel Visibility");
      await panel.waitFor({ state: "hidden" });
    },
    treeRows: (view) =>
      pane(view)
        .locator(".monaco-list-row")
        .evaluateAll((rows) =>
          rows.map((row) => ({
            label: row.querySelector(".label-name")?.textContent ?? row.textContent ?? "",
            description: row.querySelector(".label-description")?.textContent ?? "",
            level: Number(row.getAttribute("aria-level")),
            ...(row.hasAttribute("aria-expanded") ? { expanded: row.getAttribute("aria-expanded") === "true" } : {}),
          })),
        ),
    treeRow: (view, label) => rowOf(pane(view), label),
    openViewMenu: (view) => menus.openMenuOfDots(pane(view).locator(".pane-header")),
    pressInView: async (view, title) => {
      await pane(view).locator(".pane-header").hover();
      await pane(view).locator(".pane-header").getByRole("button", { name: title, exact: true }).click();
    },
    previewText: (title, ...texts) =>
      until(
        `the editor "${title}" with ${texts.map(({ source }) => source).join(" and ")}`,
        async () => {
          // The text of the editor before it may stand for a moment below the new title.
          if (!(await editor.locator(".tab.active", { hasText: title }).isVisible())) return "";
          return (await editor.evaluate(drawnLines)).join("\n");
        },
        (now) => /\S/.test(now) && texts.every((text) => text.test(now)),
      ),
    pressInEditor: (title) =>
      editor.locator(".editor-actions").getByRole("button", { name: title, exact: true }).click(),
    welcomeText: async (view) => (await pane(view).locator(".welcome-view-content").innerText()).trim(),
    statusBar: async (part) => {
      const items = await page
        .locator(".statusbar .statusbar-item")
        .evaluateAll((all) => all.map((item) => ({ id: item.id, text: (item.textContent ?? "").trim() })));
      return items.find(({ id, text }) => id.includes(part) || text.includes(part))?.text;
    },
    clickStatusBar: async (part) => {
      const byId = page.locator(`.statusbar .statusbar-item[id*="${part}"]`);
      const item = (await byId.count()) > 0 ? byId : page.locator(".statusbar .statusbar-item", { hasText: part });
      await item.first().locator("a, .statusbar-item-label").first().click();
    },
    webview: async (extension, selector = "body") => {
      const found = await until(`the webview of ${extension} with ${selector}`, () =>
        findWebview(page, extension, selector),
      );
      if (!found) throw new Error("unreachable: until gives what passes");
      return found;
    },
    setTheme: async (name) => {
      await self.runCommand("Preferences: Color Theme");
      await quickInput.locator('input[placeholder*="Color Theme"]').waitFor();
      const row = rowOf(quickInput, name);
      // Its themes come in several batches, each of which draws the list anew.
      await untilDone(
        `the theme ${name}`,
        async () => {
          if (!(await quickInput.isVisible())) return;
          await input.fill(name, TRY);
          await row.click(TRY);
        },
        async () => !(await quickInput.isVisible()),
      );
    },
    screenshot: async (file) => void (await page.screenshot({ path: path.resolve(file) })),
  };
  return self;
}
