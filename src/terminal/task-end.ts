import type { OpenDeck } from "../core/open-deck.ts";
import { isObject } from "../core/owner/parse-object.ts";
import { fault } from "../core/util/faults.ts";

/**
 * What a verb answered, with the task it began at its end: where this process owns, work ends with it, so it stays for
 * as long. Where a window owns, the task goes on there.
 * @throws FaultError `ownerGone` where another process took over in the middle: the task ended with that
 */
export async function withTaskEnd(
  deck: Pick<OpenDeck, "owns" | "onEvent" | "run">,
  answer: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const id = isObject(answer) && Object.keys(answer).length === 1 ? answer["id"] : undefined;
  if (typeof id !== "string" || !deck.owns()) return answer;
  let next = Promise.withResolvers<void>();
  const wake = (): void => next.resolve();
  const heard = deck.onEvent(wake);
  signal.addEventListener("abort", wake);
  try {
    for (;;) {
      signal.throwIfAborted();
      // Before it is read: what changes meanwhile is read once more.
      next = Promise.withResolvers();
      const task = taskOf(await deck.run("tasks.list", {}, signal), id);
      if (task === undefined && !deck.owns()) throw fault({ code: "ownerGone" });
      if (task === undefined) return answer;
      if (ENDS.has(task["state"])) return { id, task };
      await next.promise;
    }
  } finally {
    heard.dispose();
    signal.removeEventListener("abort", wake);
  }
}

const ENDS: ReadonlySet<unknown> = new Set(["done", "failed", "cancelled"]);

function taskOf(answer: unknown, id: string): Readonly<Record<string, unknown>> | undefined {
  const tasks = isObject(answer) && Array.isArray(answer["tasks"]) ? answer["tasks"] : [];
  return tasks.filter(isObject).find((task) => task["id"] === id);
}
