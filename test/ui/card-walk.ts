import assert from "node:assert/strict";
import { TRY, untilDone } from "../support/vscode/gesture.ts";
import { until } from "../support/vscode/until.ts";
import type { Workbench } from "../support/vscode/workbench.ts";

const EXTENSION = "modeldeck.modeldeck";

/** Opens cards by the icons of rows: one whose README is on the hub, and one of which Civitai knows more. */
export async function describeAndLook({
  workbench,
  shot,
}: {
  readonly workbench: Workbench;
  readonly shot: (name: string) => Promise<void>;
}): Promise<void> {
  await openCard(workbench, /Aurora 8B/);
  const card = await workbench.webview(EXTENSION, "article.card");
  await card.getByRole("heading", { name: "Aurora 8B Instruct" }).first().waitFor();
  await card.locator(".readme table").waitFor();
  await card.locator("img.picture").waitFor();
  assert.equal(await card.locator("script", { hasText: "alert" }).count(), 0);
  const said = await card.locator("table.characteristics").innerText();
  assert.match(said, /Thinking/);
  await shot("12-card-dark");
  await card.locator("table.characteristics").scrollIntoViewIfNeeded();
  await shot("13-card-characteristics");
  await card.locator(".readme").last().scrollIntoViewIfNeeded();
  await card.evaluate(() => globalThis.scrollTo(0, document.documentElement.scrollHeight));
  await shot("14-card-readme");
  await workbench.setTheme("Light Modern");
  await shot("15-card-readme-light");
  await card.evaluate(() => globalThis.scrollTo(0, 0));
  await shot("16-card-light");
  const wide = await card.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `the card is ${wide} px wider than its page`);
  await workbench.runCommand("View: Close All Editors");

  await openCard(workbench, /dreamscape/);
  const other = await workbench.webview(EXTENSION, "article.card");
  await other.getByRole("button", { name: "Fetch Metadata" }).click();
  await until(
    "what Civitai knows",
    () => other.locator("article.card").innerText(),
    (text) => text.includes("soft dawn light"),
  );
  await other.locator("img.picture").waitFor();
  await shot("17-card-fetched-light");
  await workbench.setTheme("Dark Modern");
  await shot("18-card-fetched-dark");
  await workbench.runCommand("View: Close All Editors");
}

async function openCard(workbench: Workbench, label: RegExp): Promise<void> {
  const row = workbench.treeRow("Models", label);
  await untilDone(
    "the model's card",
    async () => {
      await row.locator(".label-name").scrollIntoViewIfNeeded(TRY);
      await row.hover(TRY);
      await row.getByRole("button", { name: "Show Model Card" }).click(TRY);
    },
    () => workbench.page.locator(".editor-group-container .tab").first().isVisible(),
  );
}
