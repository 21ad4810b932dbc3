import type { Clock } from "../ports/clock.ts";
import type { Http } from "../ports/http.ts";
import { isFault } from "../util/faults.ts";
import { seconds } from "../util/ids.ts";

export interface ReachableParts {
  readonly http: Http;
  readonly clock: Pick<Clock, "sleep">;
  /** Addresses a person has set: they may lead anywhere. */
  readonly endpoints: readonly string[];
  readonly allowPrivateHosts: boolean;
}

const ANSWER_WITHIN = seconds(20);

/**
 * Whether anything answers at the origin: a small file is asked for that is asked of every host, and whatever comes is an
 * answer. Where it would send us is not followed. What may not be asked is left to the download, which says why.
 */
export async function isReachable(
  { http, clock, endpoints, allowPrivateHosts }: ReachableParts,
  origin: string,
  signal: AbortSignal,
): Promise<boolean> {
  const isSet = endpoints.some((endpoint) => URL.canParse(endpoint) && new URL(endpoint).origin === origin);
  const [late, over] = [new AbortController(), new AbortController()];
  clock.sleep(ANSWER_WITHIN, AbortSignal.any([signal, over.signal])).then(
    () => late.abort(),
    () => undefined,
  );
  try {
    const response = await http.request(
      { url: `${origin}/robots.txt`, headers: {}, publicOnly: !isSet && !allowPrivateHosts },
      AbortSignal.any([signal, late.signal]),
    );
    response.discard();
    return true;
  } catch (error) {
    signal.throwIfAborted();
    return !late.signal.aborted && !isFault(error, "network") && !isFault(error, "timeout");
  } finally {
    over.abort();
  }
}
