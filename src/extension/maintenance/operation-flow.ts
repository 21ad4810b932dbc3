import { operationWords } from "../../core/present/plan-words.ts";
import { verifyReport } from "../../core/present/task-row.ts";
import type { OperationName } from "../../core/protocol/maintenance.ts";
import type { Ask } from "../ask.ts";
import { askOptions } from "./ask-options.ts";
import type { Planner } from "./planner.ts";
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
  await planner.preview(title, () => ask("maintenance.plan", { operation, options }, signal));
}

/** A check is picked by its task; the operation wants what it found wrong. */
async function filesOf({ task: id }: Options, ask: Ask, signal: AbortSignal): Promise<Options> {
  const { tasks } = await ask("tasks.list", { kind: "verify" }, signal);
  const task = tasks.find((one) => one.id === id);
  const files = task && verifyReport(task)?.files;
  return { files: (files ?? []).filter(({ verdict }) => verdict === "missing" || verdict === "changed") };
}
