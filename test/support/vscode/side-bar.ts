import type { Locator, Page } from "playwright-core";
import { TRY, untilDone } from "./gesture.ts";

/** A press of the tab that is open closes it. */
export async function openTab(title: string, tab: Locator): Promise<void> {
  const isOpen = async (): Promise<boolean> => (await tab.getAttribute("aria-selected")) === "true";
  await tab.waitFor();
  await untilDone(
    `the tab "${title}"`,
    async () => {
      if (!(await isOpen())) await tab.click(TRY);
    },
    isOpen,
  );
}

/** Draws the edge of the side bar by so many pixels. */
export async function widen(page: Page, by: number): Promise<void> {
  const bar = page.locator(".part.sidebar");
  const width = async (): Promise<number> => (await bar.boundingBox())?.width ?? 0;
  const before = await width();
  await untilDone(
    "a wider side bar",
    async () => {
      const box = await bar.boundingBox();
      if (!box) throw new Error("there is no side bar");
      const y = box.y + box.height / 2;
      await page.mouse.move(box.x + box.width, y);
      await page.mouse.down();
      await page.mouse.move(box.x + before + by, y, { steps: 5 });
      await page.mouse.up();
    },
    async () => Math.abs((await width()) - before - by) < 10,
  );
}
