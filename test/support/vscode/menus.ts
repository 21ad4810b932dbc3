import type { Locator, Page } from "playwright-core";
import { exactly } from "./exactly.ts";
import { TRY, untilDone } from "./gesture.ts";

export interface Menus {
  /** Opens the menu of what is pressed with the other button. */
  openMenuOf(what: Locator): Promise<void>;
  /** Opens the menu behind the dots of a header. */
  openMenuOfDots(header: Locator): Promise<void>;
  /** An item of a menu that is open. */
  menuItem(title: string): Locator;
  /** @param below the item whose menu holds it, of the one that is open */
  pressMenuItem(title: string, below?: string): Promise<void>;
}

export function menusOn(page: Page): Menus {
  const menu = page.locator(".monaco-menu");
  const isOpen = (): Promise<boolean> => menu.first().isVisible();
  const menuItem = (title: string): Locator => menu.locator(".action-label", { hasText: exactly(title) }).first();
  let last: () => Promise<unknown> = () => Promise.resolve();
  const open = (gesture: () => Promise<unknown>): Promise<void> => {
    last = gesture;
    return untilDone(
      "a menu",
      async () => {
        if (!(await isOpen())) await gesture();
      },
      isOpen,
    );
  };
  return {
    openMenuOf: (what) => open(() => what.click({ ...TRY, button: "right" })),
    openMenuOfDots: (header) =>
      open(async () => {
        await header.hover(TRY);
        await header.getByRole("button", { name: /More Actions/ }).click(TRY);
      }),
    menuItem,
    pressMenuItem: async (title, below) => {
      let isPressed = false;
      const pressed = await countPresses(page);
      await untilDone(
        `the press of "${title}" in the menu`,
        async () => {
          if (isPressed && !(await isOpen())) return;
          isPressed = false;
          // What takes the focus closes a menu.
          if (!(await isOpen())) await last();
          if (below !== undefined && !(await menuItem(title).isVisible())) await menuItem(below).hover(TRY);
          await menuItem(title).hover(TRY);
          // A menu takes a press for its own only once it stood a moment.
          await page.waitForTimeout(300);
          const before = await pressed();
          // One that came to the menu was made, even where it is told as too late.
          await menuItem(title)
            .click(TRY)
            .catch(async (error: unknown) => {
              if ((await pressed()) === before) throw error;
            });
          isPressed = true;
        },
        async () => isPressed && !(await isOpen()),
      );
    },
  };
}

/** Counts from now on how often a press came to any item of a menu. */
async function countPresses(page: Page): Promise<() => Promise<number>> {
  const counted = await page.evaluateHandle(() => {
    const presses = { count: 0 };
    // Menus may stand in a tree of their own, whose parts the path alone tells.
    const hear = (event: MouseEvent): void => {
      const isItem = (part: EventTarget): boolean =>
        part instanceof Element && part.matches(".monaco-menu .action-item");
      if (event.composedPath().some(isItem)) presses.count += 1;
    };
    document.addEventListener("mouseup", hear, { capture: true });
    return presses;
  });
  return () => counted.evaluate(({ count }) => count);
}
