import { isObject } from "../owner/parse-object.ts";

/** True where a verb answers that what was asked for did not come to be: a script sees that by the exit code. */
export function failedAnswer(verb: string, answer: unknown): boolean {
  if (!isObject(answer)) return false;
  // Of a switch, a restart, and a start of a back end.
  const { outcome, problems, task } = answer;
  if (outcome === "rolledBack" || outcome === "failed" || outcome === "cancelled") return true;
  if (isObject(task)) return task["state"] !== "done";
  if (verb !== "profiles.validate" || !Array.isArray(problems)) return false;
  return problems.some((one) => isObject(one) && one["severity"] === "error");
}
