import { type Fault, fault, isFault, reasonOf } from "../util/faults.ts";

/** The HTTP status of an engine's answer; undefined where it gave none. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : undefined;

export function unreachable(address: string, error: unknown): Fault {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "there is no such socket",
    ECONNREFUSED: "nothing listens there",
    EACCES: "this user may not use it (on Linux: join the group docker)",
  };
  const reason = (typeof code === "string" ? reasons[code] : undefined) ?? reasonOf(error);
  return { code: "engineUnreachable", address, reason };
}

/** What it does, with an engine that does not answer told as such; what it answers, and a cancellation, is the caller's. */
export async function reaching<T>(address: string, signal: AbortSignal, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal.throwIfAborted();
    if (isFault(error) || statusOf(error) !== undefined) throw error;
    throw fault(unreachable(address, error), error);
  }
}

/** What an engine says when it cannot start a container, as a fault. */
export function startFault(error: unknown, address: string, image: string, port: number): Error {
  if (isFault(error)) return error;
  const reason = reasonOf(error);
  const status = statusOf(error);
  if (status === undefined) return fault(unreachable(address, error), error);
  if (status === 404 && /no such image|image not known|no such object/i.test(reason))
    return fault({ code: "imageMissing", image }, error);
  if (/port is already allocated|address already in use|ports are not available/i.test(reason))
    return fault({ code: "portInUse", port }, error);
  const said = /message["']?\s*:\s*"?([^"}]+)/.exec(reason)?.[1] ?? reason.replace(/^\(HTTP code \d+\)\s*/, "");
  return fault({ code: "serverExited", server: image, exitCode: null, reason: said.trim(), logTail: [] }, error);
}
