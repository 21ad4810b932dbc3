import path from "node:path";
import type { Frame, Locator, Page } from "playwright-core";
import { until } from "./until.ts";

export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** Counts from 1. */
  readonly level: number;
  /** Absent: the row has nothing below it. */
  readonly expanded?: boolean;
}

/** One window of VS Code, as a person sees and uses it. */
export interface Workbench {
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
  quickInput(): Locator;
  /** What the open modal dialog says. */
  dialogText(): Promise<string>;
  /** Presses a button of the open modal dialog, and gives what it said. */
  answerDialog(button: string): Promise<string>;
  openViewContainer(title: string): Promise<void>;
  openPanel(title: string): Promise<void>;
  /** Rows in sight of the tree in the view of that title. */
  treeRows(view: string): Promise<readonly TreeRow[]>;
  treeRow(view: string, label: string | RegExp): Locator;
  /** Presses an icon in the title of the view. */
  pressInView(view: string, title: string): Promise<void>;
  /** Opens the menu behind the dots in the title of the view. */
  openViewMenu(view: string): Promise<void>;
  /** An item of a menu that is open. */
  menuItem(title: string): Locator;
  pressMenuItem(title: string): Promise<void>;
  /** What stands in the editor in front, once its title begins so. */
  previewText(title: string): Promise<string>;
  /** Presses an icon in the title of the editor in front. */
  pressInEditor(title: string): Promise<void>;
  /** What a view says while it is empty. */
  welcomeText(view: string): Promise<string>;
  /** The text of the status-bar item whose id or text holds this; undefined: there is none. */
  statusBar(part: string): Promise<string | undefined>;
  clickStatusBar(part: string): Promise<void>;
  /** Notifications on screen. */
  notifications(): Promise<readonly string[]>;
  /** Buttons of the notification whose text holds this. */
  pressInNotification(text: string, button: string): Promise<void>;
  /** The extension's own document inside a webview; the selector tells several apart. */
  webview(extension: string, selector?: string): Promise<Frame>;
  setTheme(name: string): Promise<void>;
  /** Makes the side bar wider by so many pixels. */
  widenSideBar(by: number): Promise<void>;
  screenshot(file: string): Promise<void>;
}

const exactly = (text: string): RegExp =>
  new RegExp(`^\\s*${text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}\\s*$`);
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
  const menuItem = (title: string): Locator =>
    page.locator(".monaco-menu .action-label", { hasText: exactly(title) }).first();
  const editor = page.locator(".editor-group-container.active");
  const notification = (text: string): Locator =>
    page.locator(".notifications-toasts .notification-list-item", { hasText: text }).first();

  const self: Workbench = {
    page,
    runCommand: async (title) => {
      // Just after the start the palette does not hold every command yet.
      for (let tries = 1; ; tries += 1) {
        await page.keyboard.press("F1");
        // A page that is being opened may take the key for itself, or the focus, which closes the palette again.
        const isTyped = await input.fill(`>${title}`, { timeout: 5000 }).then(
          () => true,
          () => false,
        );
        if (!isTyped && tries < 6) continue;
        const row = rowOf(quickInput, title);
        const isPressed = await row.click({ timeout: 4000 }).then(
          () => true,
          () => false,
        );
        if (isPressed) return;
        await page.keyboard.press("Escape");
        if (tries === 6) throw new Error(`the palette has no command "${title}"`);
      }
    },
    answerInput: async (text) => {
      await input.waitFor({ state: "visible" });
      await input.fill(text);
      await page.keyboard.press("Enter");
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
      // A mouse that rests on a row from the click before has its hover drawn, over the row below.
      await page.mouse.move(0, 0);
      await row.click();
    },
    confirmPicks: () => quickInput.getByRole("button", { name: "OK", exact: true }).click(),
    quickInput: () => quickInput,
    dialogText,
    answerDialog: async (button) => {
      const text = await dialogText();
      await dialog.getByRole("button", { name: button, exact: true }).click();
      await dialog.waitFor({ state: "hidden" });
      return text;
    },
    openViewContainer: (title) =>
      openTab(page.locator(".activitybar").getByRole("tab", { name: new RegExp(`^${title}\\b`) })),
    openPanel: async (title) => {
      const tab = page.locator(".part.panel").getByRole("tab", { name: new RegExp(`^${title}\\b`) });
      if (!(await tab.isVisible())) await self.runCommand("View: Toggle Panel Visibility");
      await openTab(tab);
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
    pressInView: async (view, title) => {
      await pane(view).locator(".pane-header").hover();
      await pane(view).locator(".pane-header").getByRole("button", { name: title, exact: true }).click();
    },
    openViewMenu: async (view) => {
      await pane(view).locator(".pane-header").hover();
      await pane(view)
        .locator(".pane-header")
        .getByRole("button", { name: /More Actions/ })
        .click();
    },
    menuItem,
    pressMenuItem: async (title) => {
      await menuItem(title).waitFor();
      await menuItem(title).hover();
      // A menu takes a press for its own only once it stood a moment.
      await page.waitForTimeout(300);
      await menuItem(title).click();
    },
    previewText: async (title) => {
      await editor.locator(".tab.active", { hasText: title }).waitFor();
      await editor.locator(".view-lines").waitFor();
      return (await editor.evaluate(drawnLines)).join("\n");
    },
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
    notifications: () => page.locator(".notifications-toasts .notification-list-item-message").allInnerTexts(),
    pressInNotification: (text, button) =>
      notification(text).getByRole("button", { name: button, exact: true }).click(),
    webview: async (extension, selector = "body") => {
      const found = await until(`the webview of ${extension} with ${selector}`, () =>
        findWebview(page, extension, selector),
      );
      if (!found) throw new Error("unreachable: until gives what passes");
      return found;
    },
    setTheme: async (name) => {
      await self.runCommand("Preferences: Color Theme");
      await self.answerInput(name);
      await quickInput.waitFor({ state: "hidden" });
    },
    widenSideBar: async (by) => {
      const bar = await page.locator(".part.sidebar").boundingBox();
      if (!bar) throw new Error("there is no side bar");
      const [x, y] = [bar.x + bar.width, bar.y + bar.height / 2];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + by, y, { steps: 5 });
      await page.mouse.up();
    },
    screenshot: async (file) => void (await page.screenshot({ path: path.resolve(file) })),
  };
  return self;
}

async function openTab(tab: Locator): Promise<void> {
  await tab.waitFor();
  if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
}

/** VS Code nests two frames: the outer one names the extension, the inner one is its document. */
async function findWebview(page: Page, extension: string, selector: string): Promise<Frame | undefined> {
  for (const outer of page.frames()) {
    if (!URL.canParse(outer.url()) || new URL(outer.url()).searchParams.get("extensionId") !== extension) continue;
    for (const inner of outer.childFrames())
      if (
        (await inner
          .locator(selector)
          .count()
          .catch(() => 0)) > 0
      )
        return inner;
  }
  return undefined;
}

/** Lines as the document has them: what is drawn below a line because it wraps has no number of its own. */
function drawnLines(editor: Element): readonly string[] {
  const topOf = (line: HTMLElement): number => Number.parseFloat(line.style.top);
  const rows = (selector: string): readonly HTMLElement[] => [...editor.querySelectorAll<HTMLElement>(selector)];
  const begun = new Set(
    rows(".margin-view-overlays > div")
      .filter((row) => (row.querySelector(".line-numbers")?.textContent ?? "") !== "")
      .map(topOf),
  );
  const lines: string[] = [];
  for (const line of rows(".view-lines > .view-line").toSorted((one, other) => topOf(one) - topOf(other))) {
    // The editor draws its blanks as no-break spaces.
    const text = (line.textContent ?? "").replaceAll("\u00A0", " ");
    if (begun.has(topOf(line)) || lines.length === 0) lines.push(text);
    else lines.push(`${lines.pop() ?? ""}${text.trimStart()}`);
  }
  return lines;
}
