import type { Frame, Page } from "playwright-core";

/** VS Code nests two frames: the outer one names the extension, the inner one is its document. */
export async function findWebview(page: Page, extension: string, selector: string): Promise<Frame | undefined> {
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
