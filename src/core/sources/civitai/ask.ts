import type { Clock } from "../../ports/clock.ts";
import type { Web, WebAnswer } from "../../ports/web.ts";
import { type Fault, fault } from "../../util/faults.ts";
import { bytes, millis } from "../../util/ids.ts";
import { retryAfter } from "../hub-faults.ts";

export interface CivitaiAccess {
  readonly web: Web;
  readonly clock: Pick<Clock, "sleep">;
  /** Without a slash at its end. */
  readonly endpoint: string;
  /** Asked before each question. */
  readonly token: () => Promise<string | undefined>;
}

const LONGEST_ANSWER = bytes(64 * 2 ** 20);
/** Milliseconds: who is asked to wait longer is told so. */
const LONGEST_WAIT = 30_000;
const DEFAULT_WAIT = 2000;
const ATTEMPTS = 3;

/** The JSON of the answer; undefined where there is no such thing. A wait that the hub asks for is kept. */
export async function ask(
  { web, clock, endpoint, token }: CivitaiAccess,
  path: string,
  json: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  // A token that was pasted with its line's end is refused as no header at all.
  const given = (await token())?.trim();
  for (let attempt = 1; ; attempt++) {
    const answer = await web.ask({ url: endpoint + path, token: given, json, limit: LONGEST_ANSWER }, signal);
    if (answer.status === 404) return undefined;
    if (answer.status === 200) return jsonOf(answer, endpoint);
    const refused = refusalOf(answer, new URL(endpoint).host, given !== undefined);
    const busy = answer.status === 429 || answer.status === 503;
    const wait = retryAfter(answer) ?? millis(DEFAULT_WAIT);
    if (!busy || attempt === ATTEMPTS || wait > LONGEST_WAIT) throw fault(refused);
    await clock.sleep(wait, signal);
  }
}

function jsonOf(answer: WebAnswer, endpoint: string): unknown {
  const broken = (reason: string, cause?: unknown): Error =>
    fault({ code: "network", host: new URL(endpoint).host, reason }, cause);
  if (answer.header("content-type")?.includes("text/html") === true) throw broken("it answered with a page, not data");
  try {
    return JSON.parse(new TextDecoder().decode(answer.body));
  } catch {
    throw broken("its answer makes no sense");
  }
}

function refusalOf(answer: WebAnswer, host: string, tokenGiven: boolean): Fault {
  switch (answer.status) {
    case 401:
      return { code: "unauthorized", host, tokenGiven, provider: "civitai" };
    case 403:
    case 451:
      return { code: "forbidden", host, reason: `status ${answer.status}` };
    case 429:
      return { code: "rateLimited", host, retryAfter: retryAfter(answer) ?? millis(LONGEST_WAIT) };
    default:
      return { code: "network", host, reason: `status ${answer.status}` };
  }
}
