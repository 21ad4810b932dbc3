import os from "node:os";

/** 128 + n, as shells and container engines say it; null for no signal. */
export function signalCode(name: NodeJS.Signals | null): number | null {
  return name === null ? null : 128 + os.constants.signals[name];
}
