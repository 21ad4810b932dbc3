import type { Fault } from "../util/faults.ts";
import { type FaultWords, faultWords } from "./fault-words.ts";
import { allowSetting } from "./forbidden-words.ts";
import { asSentence } from "./sentences.ts";

/** The same for somebody who typed a model into a box: they know no verbs and no arguments. */
export function personWords(given: Fault): FaultWords {
  if (given.code !== "badArguments" || given.path !== "model") return faultWords(given);
  const actions = allowSetting(given.problem);
  return { message: asSentence(given.problem), ...(actions.length > 0 && { actions }) };
}
