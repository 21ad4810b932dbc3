import type { Locator, Page } from "playwright-core";
import { TRY, untilDone } from "./gesture.ts";
import { toldOn } from "./told.ts";
import { until } from "./until.ts";

export interface Notices {
  /** Notifications on screen, or in the open list of them. */
  notifications(): Promise<readonly string[]>;
  /** Buttons of those. */
  notificationButtons(): Promise<readonly string[]>;
  /** What a notification or the status bar said last that matches, once one does or did: most go by themselves. */
  told(words: RegExp, options?: { readonly timeout?: number }): Promise<string>;
  /** Presses a button of the notification whose text holds this, in the list of them. */
  pressInNotification(text: string, button: string): Promise<void>;
}

export function noticesOn(page: Page, runCommand: (title: string) => Promise<void>): Notices {
  const all = page.locator(".notifications-toasts, .notifications-center");
  const list = page.locator(".notifications-center");
  const buttonOf = (text: string, title: string): Locator =>
    list
      .locator(".notification-list-item", { hasText: text })
      .filter({ visible: true })
      .first()
      .getByRole("button", { name: title, exact: true });
  return {
    notifications: () => all.locator(".notification-list-item-message").filter({ visible: true }).allInnerTexts(),
    notificationButtons: () => all.locator(".monaco-button").filter({ visible: true }).allInnerTexts(),
    told: async (words, options) => {
      const last = (): string | undefined => toldOn(page).findLast((text) => words.test(text));
      return (await until(`a notice of ${words.source}`, last, (text) => text !== undefined, options)) ?? "";
    },
    pressInNotification: async (text, title) => {
      const button = buttonOf(text, title);
      // What is on screen leaves it by itself, which may be before the press; in the list it stays.
      if (!(await button.isVisible())) await runCommand("Notifications: Show Notifications");
      await button.waitFor();
      await untilDone(
        `the press of "${title}"`,
        async () => {
          if (await button.isVisible()) await button.click(TRY);
        },
        async () => !(await button.isVisible()),
      );
    },
  };
}
