import type { Locator, Page } from "playwright-core";
import { TRY, untilDone } from "./gesture.ts";

export interface Notices {
  /** Notifications on screen, or in the open list of them. */
  notifications(): Promise<readonly string[]>;
  /** Presses a button of the notification whose text holds this, in their list where it is no longer on screen. */
  pressInNotification(text: string, button: string): Promise<void>;
}

export function noticesOn(page: Page, runCommand: (title: string) => Promise<void>): Notices {
  const all = page.locator(".notifications-toasts, .notifications-center");
  const buttonOf = (text: string, title: string): Locator =>
    all
      .locator(".notification-list-item", { hasText: text })
      .filter({ visible: true })
      .first()
      .getByRole("button", { name: title, exact: true });
  return {
    notifications: () => all.locator(".notification-list-item-message").filter({ visible: true }).allInnerTexts(),
    pressInNotification: async (text, title) => {
      const button = buttonOf(text, title);
      // After a while they leave the screen for their list.
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
