import type { StoreSight } from "../ports/store-disk.ts";
import { isFault, reasonOf } from "../util/faults.ts";
import type { Found } from "./store-reader.ts";

/** Reads one entry of a store; whatever is wrong with it is told, and does not end the scan. */
export function* unlessBroken(path: string, { trouble }: Pick<StoreSight, "trouble">, readIt: () => Found): Found {
  try {
    yield* readIt();
  } catch (error) {
    if (isFault(error, "fileUnreadable")) trouble(error.fault.path, problemOf(error));
    else trouble(path, problemOf(error));
  }
}

/** What a person can do about it, where there is something. */
export function problemOf(error: unknown): string {
  if (isFault(error, "fileUnreadable"))
    return /permission denied|EACCES|EPERM/i.test(error.fault.reason)
      ? "It cannot be read: permission denied. Give yourself the right to read it."
      : `It cannot be read: ${error.fault.reason}.`;
  if (isFault(error, "formatInvalid")) return `It is damaged or of another format: ${error.fault.reason}.`;
  return `It cannot be read: ${reasonOf(error)}.`;
}

/** The value, or what `otherwise` is where reading it fails; the failure is told. */
export function orTrouble<T>(path: string, { trouble }: Pick<StoreSight, "trouble">, otherwise: T, readIt: () => T): T {
  try {
    return readIt();
  } catch (error) {
    trouble(path, problemOf(error));
    return otherwise;
  }
}
