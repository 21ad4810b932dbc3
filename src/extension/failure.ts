import type { Trouble } from "../core/protocol/downloads.ts";

interface Failure extends Error {
  readonly failedTask: { readonly trouble: Trouble; readonly what: string };
}

/** By its mark: flows are bundles of their own, each with its copy of this file. */
export const isFailure = (error: unknown): error is Failure => error instanceof Error && "failedTask" in error;

/** An error that is shown as what a task told of its end. @param what what it happened to, as a sentence's start */
export function failure(trouble: Trouble, what: string): Error {
  return Object.assign(new Error(`${what} ${trouble.message}`), { failedTask: { trouble, what } });
}
