import * as vscode from "vscode";
import { findingGroups, groupCount, isMendable, mendWords } from "../../core/present/finding-words.ts";
import { operationWords } from "../../core/present/plan-words.ts";
import { verifyReport } from "../../core/present/task-row.ts";
import type { OperationName } from "../../core/protocol/maintenance.ts";
import type { Ask } from "../ask.ts";
import { askOptions } from "./ask-options.ts";
import type { MakePlan, Planner } from "./planner.ts";
import type { PreviewPage } from "./previews.ts";
import { questionsOf } from "./questions.ts";
import type { Options } from "./wizard.ts";

/**
 * An operation as a person asks it: options page by page, then the preview.
 * @param given what is known already and not asked
 */
export async function operationFlow(
  operation: OperationName,
  given: Options,
  deps: { readonly ask: Ask; readonly planner: Planner; readonly signal: AbortSignal },
): Promise<void> {
  const { ask, planner, signal } = deps;
  const title = operationWords(operation);
  const questions = questionsOf(operation, ask, signal).filter(
    (question) => question.kind === "flags" || !(question.key in given),
  );
  const asked = await askOptions(title, questions);
  if (!asked) return;
  const answers = { ...asked, ...given };
  const options = operation === "fixMissing" ? await filesOf(answers, ask, signal) : answers;
  const make: MakePlan = (until) => ask("maintenance.plan", { operation, options }, until);
  // What is wrong is seen before a person says what of it to mend.
  await (operation === "doctor" && given["mend"] === undefined
    ? planner.examine(title, make)
    : planner.preview(title, make));
}

/** A check is picked by its task; the operation wants what it found wrong. */
async function filesOf({ task: id }: Options, ask: Ask, signal: AbortSignal): Promise<Options> {
  const { tasks } = await ask("tasks.list", { kind: "verify" }, signal);
  const task = tasks.find((one) => one.id === id);
  const files = task && verifyReport(task)?.files;
  return { files: (files ?? []).filter(({ verdict }) => verdict === "missing" || verdict === "changed") };
}

/** Asks which kinds of what a report found to mend, and shows the plan of it. */
export async function mendFlow(
  report: PreviewPage,
  { ask, planner }: { readonly ask: Ask; readonly planner: Planner },
): Promise<void> {
  if (report.offer.kind !== "mend") return;
  const { options, findings } = report.offer;
  const title = vscode.l10n.t("{0}: Mend", operationWords("doctor"));
  const choices = findingGroups(findings).flatMap((group) =>
    isMendable(group.kind) ? [{ value: group.kind, label: mendWords(group.kind), description: groupCount(group) }] : [],
  );
  const mend = await vscode.window.showQuickPick(choices, {
    title,
    placeHolder: vscode.l10n.t("Check what to mend, then press Enter: a preview comes first"),
    canPickMany: true,
  });
  if (!mend || mend.length === 0) return;
  const chosen = { ...options, mend: mend.map(({ value }) => value) };
  const make: MakePlan = (until) => ask("maintenance.plan", { operation: "doctor", options: chosen }, until);
  await planner.preview(title, make, report);
}
