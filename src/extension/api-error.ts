import { faultWords } from "../core/present/fault-words.ts";
import { isFault } from "../core/util/faults.ts";

/** What a caller with arguments gets of an error: a fault as an Error with its `code` and `facts`, others as they are. */
export function apiError(error: unknown): unknown {
  if (!isFault(error)) return error;
  const { code, ...facts } = error.fault;
  return Object.assign(new Error(faultWords(error.fault).message, { cause: error }), { code, facts });
}
