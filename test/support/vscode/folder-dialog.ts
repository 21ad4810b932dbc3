import { readdir } from "node:fs/promises";
import path from "node:path";
import { TRY, untilDone } from "./gesture.ts";
import { until } from "./until.ts";
import type { Workbench } from "./workbench.ts";

/**
 * Chooses a folder in VS Code's own simple dialog. It writes its box and its list several times before it is at rest, over
 * what was typed too; and its button only enters a folder that it does not show yet.
 * @param look called when the folder is shown, before the button is pressed
 */
export async function chooseFolder(
  workbench: Workbench,
  { folder, button, look }: { readonly folder: string; readonly button: string; readonly look?: () => Promise<void> },
): Promise<void> {
  const dialog = workbench.quickInput();
  const input = dialog.locator("input.input").first();
  const accept = dialog.getByText(button, { exact: true });
  const value = `${folder}${path.sep}`;
  const entries = await readdir(folder, { withFileTypes: true });
  const inside = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  const isThere = async (): Promise<boolean> => {
    const rows = (await workbench.picks()).map((label) => label.trim()).filter((label) => label !== "..");
    return (await input.inputValue(TRY).catch(() => "")) === value && [...rows].sort().join("|") === inside.join("|");
  };
  const isGone = async (): Promise<boolean> => !(await accept.isVisible());
  await accept.waitFor();
  await until("the dialog's own folder", () => input.inputValue());
  let isLookedAt = false;
  await untilDone(
    `the choice of ${folder}`,
    async () => {
      if (await isGone()) return;
      if (!(await isThere()))
        await untilDone(
          `the list of ${folder}`,
          () => input.fill(value, TRY),
          async () => (await isGone()) || isThere(),
          { timeout: 30_000, patience: 2000 },
        );
      if (!isLookedAt) await look?.();
      isLookedAt = true;
      await accept.click(TRY);
    },
    isGone,
  );
}
