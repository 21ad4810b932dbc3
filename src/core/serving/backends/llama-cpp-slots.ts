import type { ServerAnswer } from "../../ports/server-http.ts";
import type { Activity } from "../backend.ts";

/**
 * What `/slots` says: a slot is busy or not, and keeps the number of its last task and what that has done, so that an
 * answer that is the same as before means that nothing was asked in between.
 */
export function readSlots(answer: ServerAnswer): Activity | undefined {
  if (answer.kind === "silent" || answer.status !== 200 || !Array.isArray(answer.body)) return undefined;
  const slots: readonly unknown[] = answer.body;
  const text = slots.map((slot) => JSON.stringify(slot));
  return { busy: text.some((slot) => slot.includes('"is_processing":true')), mark: text.join() };
}
