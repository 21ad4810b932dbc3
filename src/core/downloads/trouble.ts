import { faultWords } from "../present/fault-words.ts";
import type { Trouble } from "../protocol/downloads.ts";
import { type Fault, isFault, reasonOf } from "../util/faults.ts";

/** A fault in words. */
export function troubleOfFault(fault: Fault): Trouble {
  const { code, ...facts } = fault;
  const { message, remedy } = faultWords(fault);
  return { code, message, ...(remedy !== undefined && { remedy }), facts };
}

export const troubleOf = (error: unknown): Trouble =>
  isFault(error)
    ? troubleOfFault(error.fault)
    : { code: "unexpected", message: reasonOf(error) || "something unexpected happened", facts: {} };
