import type { Page } from "playwright-core";

const records = new WeakMap<Page, string[]>();

/** All that notifications and the status bar said since `listenTo`, oldest first: either may be gone before one looks. */
export const toldOn = (page: Page): readonly string[] => records.get(page) ?? [];

/** To be called before the page is opened, or at once after it. */
export async function listenTo(page: Page): Promise<void> {
  const told: string[] = [];
  records.set(page, told);
  await page.exposeFunction("modelDeckTold", (text: string) => void told.push(text));
  await page.addInitScript(record);
  await page.evaluate(record);
}

/** Runs in the page. */
function record(): void {
  const tell: unknown = Reflect.get(globalThis, "modelDeckTold");
  if (window !== window.top || typeof tell !== "function") return;
  const places = ".notifications-toasts, .notifications-center, .statusbar";
  const words = ".notification-list-item-message, .statusbar-item";
  let before = new Set<string>();
  const isOf = ({ target, addedNodes }: MutationRecord): boolean => {
    const element = target instanceof Element ? target : target.parentElement;
    return (
      (element !== null && element.closest(places) !== null) ||
      [...addedNodes].some((node) => node instanceof Element && node.matches(places))
    );
  };
  new MutationObserver((changes) => {
    if (!changes.some(isOf)) return;
    const now = new Set<string>();
    for (const place of document.querySelectorAll(places))
      for (const one of place.querySelectorAll(words)) now.add((one.textContent ?? "").trim());
    for (const text of now) if (!before.has(text)) tell(text);
    before = now;
  }).observe(document, { subtree: true, childList: true, characterData: true });
}
