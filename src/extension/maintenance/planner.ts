import * as vscode from "vscode";
import { findingsDocument, isMendable } from "../../core/present/finding-words.ts";
import { planDocument } from "../../core/present/plan-document.ts";
import { appliedWords, confirmWords } from "../../core/present/plan-words.ts";
import type { Applied, Plan } from "../../core/protocol/maintenance.ts";
import { isFault } from "../../core/util/faults.ts";
import { scanWords } from "../../core/present/task-row.ts";
import type { Ask, VerbResults } from "../ask.ts";
import { patiently } from "../patiently.ts";
import type { Reading } from "../reading.ts";
import type { Report } from "../report.ts";
import type { PreviewPage, Previews } from "./previews.ts";
import { readChanges } from "./read-changes.ts";
import { planned } from "./run-operation.ts";

/** @param signal ends with the window, or where a person gives it up */
export type MakePlan = (signal: AbortSignal) => Promise<Plan>;

/** From a plan to what was done, as a person goes: seen first, asked, applied, taken back. */
export interface Planner {
  /** Makes the plan and shows it; where there is nothing to do it says so. @param from the report it mends */
  preview(title: string, make: MakePlan, from?: PreviewPage): Promise<void>;
  /** Makes the plan and shows what it found, for the person to choose what to mend. */
  examine(title: string, make: MakePlan): Promise<void>;
  /** Applies the plan of a page, after a question where it takes something away. */
  apply(page: PreviewPage): Promise<void>;
}

export function createPlanner(deps: {
  readonly ask: Ask;
  readonly previews: Previews;
  readonly report: Report;
  /** What tells how far a plan is that reads much. */
  readonly tasks: Reading<VerbResults["tasks.list"]>;
  readonly signal: AbortSignal;
}): Planner {
  const { ask, previews, report, tasks, signal } = deps;
  const applying = new Set<string>();

  const planning = <T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    patiently(vscode.l10n.t("Planning: {0}", title), work, {
      signal,
      message: () => scanWords(tasks.value.tasks),
      onChange: tasks.onChange,
    });

  const preview = async (title: string, make: MakePlan, from?: PreviewPage, instead?: PreviewPage): Promise<void> => {
    const { plan, changes } = await planning(title, async (until) => {
      const plan = await make(until);
      return { plan, changes: await readChanges(ask, plan, until) };
    });
    const page: PreviewPage = {
      title,
      text: planDocument(title, plan, changes),
      offer: plan.totals.steps === 0 ? { kind: "read" } : { kind: "apply", plan, again: make },
      ...(from && { from }),
    };
    // With nothing to do there is nothing to read, but for why some were left alone, and what was found.
    if (plan.totals.steps > 0 || plan.keptBack.length > 0 || plan.findings.length > 0)
      return previews.show(page, instead);
    if (instead) await previews.close(instead);
    void vscode.window.showInformationMessage(vscode.l10n.t("{0}: there is nothing to do.", title));
  };

  const examine = async (title: string, make: MakePlan): Promise<void> => {
    const plan = await planning(title, make);
    if (plan.findings.length === 0)
      return void vscode.window.showInformationMessage(vscode.l10n.t("{0}: everything is in order.", title));
    const { options, findings } = plan;
    const canMend = findings.some(({ kind }) => isMendable(kind));
    await previews.show({
      title,
      text: findingsDocument(title, plan),
      offer: canMend ? { kind: "mend", options, findings } : { kind: "read" },
    });
  };

  const planAgain = async (page: PreviewPage, again: MakePlan): Promise<void> => {
    const yes = vscode.l10n.t("Plan Again");
    const pressed = await vscode.window.showWarningMessage(
      vscode.l10n.t("{0}: the models have changed since this plan was made, so that nothing was done.", page.title),
      yes,
    );
    if (pressed === yes) await preview(page.title, again, page.from, page);
  };

  const tell = async (title: string, { historyId, totals }: Applied, undoable: boolean): Promise<void> => {
    const undo = vscode.l10n.t("Undo");
    const pressed = await vscode.window.showInformationMessage(
      appliedWords(title, totals),
      ...(undoable ? [undo] : []),
    );
    if (pressed !== undo) return;
    const answer = await ask("history.undo", { id: historyId }, signal);
    void vscode.window.showInformationMessage(appliedWords(vscode.l10n.t("Undone: {0}", title), answer.totals));
  };

  return {
    preview: (title, make, from) => preview(title, make, from),
    examine,
    apply: async (page) => {
      const { offer } = page;
      if (offer.kind !== "apply" || applying.has(offer.plan.planId)) return;
      const { plan, again } = offer;
      applying.add(plan.planId);
      try {
        if (plan.destructive && !(await confirmed(plan))) return;
        const applied = await busy(vscode.l10n.t("Applying: {0}", page.title), () =>
          ask("maintenance.apply", { planId: plan.planId, confirm: true }, signal),
        );
        await previews.close(page);
        if (page.from) await previews.close(page.from);
        // Not waited for: the command has done its work, and a message may stand for long.
        void tell(page.title, applied, plan.undoable && plan.operation !== "undo").catch(report.error);
      } catch (error) {
        // The owner keeps plans for a while only, and none over a restart.
        if (!isFault(error, "stale") && !isFault(error, "notFound")) throw error;
        void planAgain(page, again).catch(report.error);
      } finally {
        applying.delete(plan.planId);
      }
    },
  };
}

async function confirmed(plan: Plan): Promise<boolean> {
  const { message, detail, button } = confirmWords(plan);
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) === button;
}

const busy = <T>(title: string, work: () => Promise<T>): Thenable<T> =>
  vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, work);

/** The plan that takes something back, brings it again, or restores a backup. */
export const planOf =
  (ask: Ask, verb: "history.undo" | "history.redo" | "backups.restore", id: string): MakePlan =>
  async (signal) =>
    planned(await ask(verb, { id, dryRun: true }, signal));
