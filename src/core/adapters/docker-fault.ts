import { type Fault, fault, isFault, reasonOf } from "../util/faults.ts";

/** The HTTP status of an engine's answer; undefined where it gave none. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : undefined;

type Unreachable = Extract<Fault, { code: "engineUnreachable" }>;

export function unreachable(address: string, error: unknown): Fault {
  if (isFault(error)) return error.fault;
  const given = error instanceof Error && "code" in error ? error.code : undefined;
  const code = typeof given === "string" ? given : "";
  const reason = reasonOf(error);
  const known = REASONS[code] ?? certificateReason(code) ?? answeredReason(statusOf(error), reason);
  if (known) return { code: "engineUnreachable", address, ...known };
  if (error instanceof Error && error.name === "TimeoutError")
    return { code: "engineUnreachable", address, reason: "it gives no answer", why: "silent" };
  return { code: "engineUnreachable", address, reason };
}

const REASONS: Readonly<Record<string, Pick<Unreachable, "reason" | "why">>> = {
  ENOENT: { reason: "there is no such socket" },
  ECONNREFUSED: { reason: "nothing listens there", why: "stopped" },
  EACCES: { reason: "this user may not use it", why: "denied" },
  EPERM: { reason: "this user may not use it", why: "denied" },
  ENOTFOUND: { reason: "no machine of that name is known" },
  EHOSTUNREACH: { reason: "that machine cannot be reached" },
  ENETUNREACH: { reason: "that machine cannot be reached" },
  ETIMEDOUT: { reason: "it gives no answer", why: "silent" },
};

/** Of either side: ours may be missing, theirs may be nobody's, or of another name or time. */
function certificateReason(code: string): Pick<Unreachable, "reason" | "why"> | undefined {
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "EPROTO")
    return { reason: "it does not speak TLS", why: "certificate" };
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return { reason: "its certificate is for another address", why: "certificate" };
  if (code === "CERT_HAS_EXPIRED") return { reason: "its certificate has expired", why: "certificate" };
  if (/^ERR_SSL_.*ALERT/.test(code)) return { reason: "it does not accept our certificate", why: "certificate" };
  return /CERT|SIGNATURE|ERR_SSL|ERR_OSSL/.test(code)
    ? { reason: "its certificate is not trusted", why: "certificate" }
    : undefined;
}

/** What speaks for an engine that is not up yet answers in its place. */
function answeredReason(status: number | undefined, said: string): Pick<Unreachable, "reason" | "why"> | undefined {
  if (status === undefined) return undefined;
  if (/API version|too (old|new)/i.test(said)) return { reason: said, why: "old" };
  if (/HTTP request to an HTTPS server/i.test(said)) return { reason: "it wants TLS", why: "certificate" };
  return status >= 500 ? { reason: said, why: "starting" } : undefined;
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
