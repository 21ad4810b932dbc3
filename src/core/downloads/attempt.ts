import type { Clock } from "../ports/clock.ts";
import type { Http } from "../ports/http.ts";
import { type Fault, fault, isFault } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import { checkAnswer, looksLikePage } from "./check-answer.ts";
import { openSource } from "./open-source.ts";
import type { Partial } from "./partial.ts";
import type { Patience, TransferJob } from "./transfers.ts";

/** How one connection ended. `broken`: another may do better. */
export type AttemptEnd = { readonly kind: "complete" } | { readonly kind: "broken"; readonly fault: Fault };

export interface Attempt {
  readonly http: Http;
  readonly clock: Clock;
  readonly job: TransferJob;
  readonly partial: Partial;
  readonly patience: Patience;
  readonly onBytes: () => void;
}

/**
 * Asks for what is missing and takes it.
 * @throws FaultError where trying again is of no use: the disk, the hub's refusals
 */
export async function attempt(given: Attempt, signal: AbortSignal): Promise<AttemptEnd> {
  const { job, partial } = given;
  const watch = watchdog(given, signal);
  try {
    if (partial.offset() > 0 && !partial.resumable()) await partial.restart(undefined);
    const offset = partial.offset();
    const etag = partial.etag();
    const headers = {
      "accept-encoding": "identity",
      ...(offset > 0 && { range: `bytes=${offset}-`, ...(etag !== undefined && { "if-range": etag }) }),
    };
    const source = await openSource(given.http, job, headers, watch.signal);
    if ("fault" in source) return { kind: "broken", fault: source.fault };
    const { response, host } = source;
    const broken = (reason: string): AttemptEnd => ({ kind: "broken", fault: { code: "network", host, reason } });

    const verdict = checkAnswer(response, { file: job.file, offset, sizeBytes: job.sizeBytes, etag });
    if (verdict.kind === "refuse") {
      response.discard();
      if (verdict.restart) await partial.restart(undefined);
      return broken(verdict.reason);
    }
    if (verdict.kind === "fromStart") await partial.restart(verdict.etag);
    else partial.resume(verdict.etag);

    for await (const chunk of response.body()) {
      watch.feed(chunk.length);
      if (partial.offset() === 0 && looksLikePage(chunk, job.file)) {
        return broken("it sends a web page in place of the file");
      }
      if (partial.offset() + chunk.length > job.sizeBytes) {
        // What came before is from the same hand.
        await partial.restart(undefined);
        return broken("it sends more than the file has");
      }
      await partial.append(chunk);
      given.onBytes();
      watch.signal.throwIfAborted();
    }
    return partial.offset() === job.sizeBytes ? { kind: "complete" } : broken("it ended the file early");
  } catch (error) {
    signal.throwIfAborted();
    if (watch.stalled()) {
      return { kind: "broken", fault: { code: "timeout", what: job.file, waited: millis(given.patience.stallAfter) } };
    }
    if (isFault(error, "network")) return { kind: "broken", fault: error.fault };
    throw error;
  } finally {
    watch.end();
  }
}

/** Ends a connection that brings nothing worth the name for so long. */
function watchdog(
  { clock, patience }: Pick<Attempt, "clock" | "patience">,
  outer: AbortSignal,
): { readonly signal: AbortSignal; feed(count: number): void; stalled(): boolean; end(): void } {
  const stall = new AbortController();
  const ended = new AbortController();
  const over = AbortSignal.any([outer, ended.signal]);
  let fed = 0;
  let stalled = false;
  const guard = async (): Promise<void> => {
    for (;;) {
      fed = 0;
      await clock.sleep(millis(patience.stallAfter), over);
      if (fed >= patience.stallBytes) continue;
      stalled = true;
      stall.abort(fault({ code: "timeout", what: "a connection", waited: millis(patience.stallAfter) }));
      return;
    }
  };
  // Ends by its sleep being aborted, which is not news.
  guard().catch(() => undefined);
  return {
    signal: AbortSignal.any([outer, stall.signal]),
    feed: (count) => void (fed += count),
    stalled: () => stalled,
    end: () => ended.abort(),
  };
}
