import { type Fault, reasonOf } from "../util/faults.ts";
import { type Millis, millis } from "../util/ids.ts";

/** An answer of a hub that is not what was asked for. */
export interface HubRefusal {
  readonly status: number;
  /** By lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** The hub's own words, where the header has none. */
  readonly message?: string;
}

/** What was asked for, for the words. */
export interface HubQuestion {
  readonly endpoint: string;
  readonly repository: string;
  readonly revision?: string;
  readonly file?: string;
  readonly tokenGiven: boolean;
}

/** What a refusal of the hub itself means: by its error code, then by its words, then by its status. */
export function faultOfRefusal(refusal: HubRefusal, asked: HubQuestion): Fault {
  const { status } = refusal;
  const host = new URL(asked.endpoint).host;
  const words = hubWords(refusal.header("x-error-message") ?? refusal.message ?? "");
  const revision = asked.revision ?? "main";
  switch (refusal.header("x-error-code")) {
    case "GatedRepo":
      return {
        code: "gated",
        repository: asked.repository,
        page: pageAddress(asked.endpoint, asked.repository),
        tokenGiven: asked.tokenGiven,
      };
    case "RepoNotFound":
      return { code: "notFound", what: "repository", name: asked.repository };
    case "RevisionNotFound":
      return { code: "notFound", what: "revision", name: revision };
    case "EntryNotFound":
      return { code: "notFound", what: "file", name: asked.file ?? asked.repository };
    case undefined:
    default:
  }
  if (status === 401) {
    return { code: "unauthorized", host, tokenGiven: asked.tokenGiven };
  }
  if (status === 403 || status === 451) return { code: "forbidden", host, reason: words || `status ${status}` };
  if (status === 404 || status === 410) {
    return asked.file === undefined
      ? { code: "notFound", what: "repository", name: asked.repository }
      : { code: "notFound", what: "file", name: asked.file };
  }
  if (status === 429) return { code: "rateLimited", host, retryAfter: retryAfter(refusal) ?? DEFAULT_WAIT };
  return { code: "network", host, reason: words ? `status ${status}: ${words}` : `status ${status}` };
}

/** On one line, and without the quotes in which we name our own settings: no hub may name them. */
const hubWords = (said: string): string => said.replaceAll(/\s+/g, " ").replaceAll(/[“”]/g, '"').trim().slice(0, 300);

/** Where the answer says nothing of when. */
const DEFAULT_WAIT: Millis = millis(30_000);

/**
 * How long the host asks to wait: `Retry-After` in seconds or as a date (measured from the answer's own `Date`), else `t`
 * of `RateLimit` where nothing is left; undefined where it says neither.
 */
export function retryAfter(refusal: Pick<HubRefusal, "header">): Millis | undefined {
  const after = refusal.header("retry-after")?.trim();
  if (after !== undefined && /^\d+(\.\d+)?$/.test(after)) return waitOf(Number(after) * 1000);
  if (after !== undefined) {
    const wait = Date.parse(after) - Date.parse(refusal.header("date") ?? "");
    if (Number.isFinite(wait)) return waitOf(Math.max(0, wait));
  }
  const limit = /;\s*r=0\b.*;\s*t=(\d+)|;\s*t=(\d+).*;\s*r=0\b/.exec(refusal.header("ratelimit") ?? "");
  return limit ? waitOf(Number(limit[1] ?? limit[2]) * 1000) : undefined;
}

/** Milliseconds: a year. Of what a host says beyond it no date can be told. */
const LONGEST_WAIT = 365 * 24 * 3_600_000;
const waitOf = (said: number): Millis => millis(Math.min(said, LONGEST_WAIT));

/** Of the model's page, where terms are accepted. */
export const pageAddress = (endpoint: string, repository: string): string => `${endpoint}/${repository}`;

/** Where a file of a commit is had; asked anew for each attempt, as what it redirects to expires. */
export const fileAddress = (endpoint: string, repository: string, commit: string, path: string): string =>
  `${endpoint}/${repository}/resolve/${commit}/${path.split("/").map(encodeURIComponent).join("/")}`;

/** Says why a connection failed without any address in it: errors of libraries carry signed ones. */
export const connectionReason = (error: unknown): string => {
  const code = codeOf(error);
  return REASONS[code ?? ""] ?? (code === undefined ? withoutAddresses(reasonOf(error)) : code);
};

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was reset",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "names cannot be resolved at the moment",
  ENETUNREACH: "there is no network",
  EHOSTUNREACH: "there is no way to it",
  ETIMEDOUT: "it did not answer in time",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not trusted",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

/** The system's code, of the error or the innermost cause that has one. */
function codeOf(error: unknown): string | undefined {
  let found: string | undefined;
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    if ("code" in at && typeof at.code === "string" && /^[A-Z][A-Z0-9_]+$/.test(at.code)) found = at.code;
  }
  return found;
}

const withoutAddresses = (text: string): string =>
  text.replaceAll(/\b[a-z][\w+.-]*:\/\/\S+/gi, "(address)").slice(0, 200);
