import * as vscode from "vscode";
import { benchmarkWords } from "../../core/present/profile-document.ts";
import type { Ask } from "../ask.ts";
import { followTask } from "../follow-task.ts";
import { pickOne } from "../pick.ts";

/** Measures a profile, and says how it went. @throws the reason where it failed */
export async function benchmarkFlow(
  profile: string,
  { ask, show, signal }: { readonly ask: Ask; readonly show: () => Promise<void>; readonly signal: AbortSignal },
): Promise<void> {
  const fillSpeed = await pickOne(
    {
      title: vscode.l10n.t("Benchmark {0}", profile),
      placeholder: vscode.l10n.t("It is served, measured, and what was served before comes back"),
      none: "",
    },
    [
      { label: vscode.l10n.t("Measure"), value: false },
      { label: vscode.l10n.t("Measure and write it to its SPEED"), value: true },
    ],
  );
  if (fillSpeed === undefined) return;
  const { id } = await ask("profiles.benchmark", { profile, fillSpeed }, signal);
  await followTask(id, vscode.l10n.t("Benchmark of {0}", profile), { ask, signal });
  const { benchmark: measured } = await ask("profiles.show", { profile }, signal);
  if (!measured) return;
  const more = vscode.l10n.t("Show Profile");
  // Nothing waits for the answer.
  void vscode.window
    .showInformationMessage(`${profile}: ${benchmarkWords(measured)}`, more)
    .then((pressed) => (pressed === more ? show() : undefined));
}
