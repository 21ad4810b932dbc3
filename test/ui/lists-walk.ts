import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { chooseFolder } from "../support/vscode/folder-dialog.ts";
import { until } from "../support/vscode/until.ts";
import type { Workbench } from "../support/vscode/workbench.ts";

interface ListsWalk {
  readonly workbench: Workbench;
  /** The folder of the program. */
  readonly wan2gp: string;
  readonly shot: (name: string) => Promise<void>;
}

/** What another program wants: looked at, then all, none and some of it checked, and fetched to where it looks for it. */
export async function listsWalk(walk: ListsWalk): Promise<void> {
  const { workbench, wan2gp, shot } = walk;
  const { page } = workbench;
  const box = workbench.quickInput();
  await workbench.runCommand("Model Deck: Show What Wan2GP Wants…");
  await choose(walk, "6-folder");
  await page.getByRole("tab", { name: /What Wan2GP wants/ }).waitFor();
  const shown = await workbench.webview("vscode.markdown-language-features", "table");
  const wanted = [/Text to Video/, /always loaded/, /there/, /missing/, /What could not be read[^]*broken\.json/];
  await until(
    "what is wanted",
    () => shown.locator("body").innerText(),
    (told) => wanted.every((words) => words.test(told)),
  );
  await shot("7-lists");
  await workbench.setTheme("Light Modern");

  await workbench.runCommand("Model Deck: Download What Wan2GP Wants…");
  await choose(walk, "8-folder-light");
  const rows = async (): Promise<string> =>
    (await box.locator(".monaco-list-row").allInnerTexts()).join("|").replaceAll(/\s+/g, " ");
  await until("whose files", rows, (text) => /Text to Video ?2 missing · 1 there/.test(text));
  await shot("9-whose");
  await workbench.pick("Text to Video");
  await workbench.confirmPicks();
  await until("which of them", rows, (text) => /What Is Missing ?2 files · [^|]+\|All ?3 files/.test(text));
  await workbench.pick(/Choose Files…/);
  await until("each file", rows, (text) =>
    /Q8_0[^|]+missing\|[^|]+F16 · [^|]+there\|[^|]+always loaded[^|]+missing$/.test(text),
  );
  const count = box.locator(".quick-input-count");
  const all = box.locator(".quick-input-header").getByRole("checkbox").first();
  await all.click();
  await count.getByText("3 Selected").waitFor();
  await shot("10-all");
  await all.click();
  await count.getByText("0 Selected").waitFor();
  await workbench.pick(/Q8_0/);
  await workbench.pick(/README/);
  await workbench.confirmPicks();
  await shot("11-confirm");
  const asked = await workbench.answerDialog("Queue");
  assert.match(asked, /Queue 2 files/);
  assert.ok(asked.includes(path.join(wan2gp, "ckpts")), asked);
  const file = path.join(wan2gp, "ckpts/Tiny-Borealis-Q8_0.gguf");
  await until("the file where the program looks for it", () => existsSync(file), Boolean, { timeout: 180_000 });
  await shot("12-fetched");
}

const choose = ({ workbench, wan2gp, shot }: ListsWalk, name: string): Promise<void> =>
  chooseFolder(workbench, { folder: wan2gp, button: "Read Its Lists", look: () => shot(name) });
