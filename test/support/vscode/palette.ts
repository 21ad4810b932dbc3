import type { Locator, Page } from "playwright-core";
import { TRY, untilDone } from "./gesture.ts";

/**
 * Opens the palette and runs the command of that title. Just after the start the palette does not hold every command yet;
 * a page that is being opened may take the key for itself, or the focus, which closes the palette again.
 */
export function paletteOf(page: Page, rowOf: (title: string) => Locator): (title: string) => Promise<void> {
  const palette = page.locator(".quick-input-widget");
  const input = palette.locator("input.input");
  return async (title) => {
    const typed = `>${title}`;
    const isOpen = async (): Promise<boolean> =>
      (await palette.isVisible()) && (await input.inputValue(TRY).catch(() => "")) === typed;
    let isPressed = false;
    await untilDone(
      `the command "${title}" from the palette`,
      async () => {
        isPressed = false;
        await page.keyboard.press("F1");
        await input.fill(typed, TRY);
        await settled(palette);
        // The hover of the row below it would lie over others.
        await page.mouse.move(0, 0);
        const gone = await rowOf(title)
          .click({ timeout: 15_000 })
          .then(
            () => undefined,
            (error: unknown) => error,
          );
        isPressed = gone === undefined;
        if (isPressed) return;
        await page.keyboard.press("Escape");
        throw gone;
      },
      async () => isPressed && !(await isOpen()),
    );
  };
}

/** What matches comes in two steps, and a row that moves is another command's by the time of the press. */
async function settled(palette: Locator): Promise<void> {
  const rows = async (): Promise<string> =>
    (await palette.locator(".monaco-list-row .label-name").allInnerTexts()).join("|");
  for (let tries = 0, before = ""; tries < 50; tries += 1) {
    const now = await rows();
    if (now !== "" && now === before) return;
    before = now;
    await palette.page().waitForTimeout(100);
  }
}
