import type { HttpResponse } from "../../ports/http.ts";
import { type Fault, isFault } from "../../util/faults.ts";
import { millis } from "../../util/ids.ts";
import { checkAnswer, looksLikePage } from "../check-answer.ts";
import type { Extent } from "./extents.ts";
import { createGather } from "./gather.ts";
import { isProvable } from "./growing.ts";
import { type Round, yields } from "./fetching.ts";
import { createWatchdog } from "./watchdog.ts";

/** How one request for an extent ended. `broken`: another may do better; `restart`: what is here is of no use. */
export type AskEnd =
  | { readonly kind: "done" }
  | { readonly kind: "broken"; readonly fault: Fault; readonly odd?: Oddity; readonly gained: number }
  | { readonly kind: "restart"; readonly fault: Fault; readonly gained: number };

/** An answer that may be a slip; twice, it is the source's way. `whole`: all of it where a part was asked for. */
export type Oddity = "whole" | "nothing";

/**
 * Asks for an extent and takes what comes. Where a byte goes is counted from the start of its own answer, so that what an
 * earlier one left behind can never be written elsewhere.
 * @throws FaultError where trying again is of no use: the disk, the source's refusals
 */
export async function askFor(given: Round, extent: Extent, outer: AbortSignal): Promise<AskEnd> {
  const { job, growing, patience } = given;
  const watch = createWatchdog(given.clock, patience, outer);
  const from = extent.at;
  const gained = (): number => extent.at - from;
  // What another has begun to take counts before any of it is written: it may be gathered for seconds.
  const isBegun = (): boolean => growing.done() > 0 || given.begun > 0;
  try {
    const etag = growing.etag();
    const whole = given.whole && from === 0;
    const headers = {
      "accept-encoding": "identity",
      ...(!whole && { range: `bytes=${from}-${extent.end - 1}` }),
      ...(!whole && etag !== undefined && isBegun() && { "if-range": etag }),
    };
    const source = await given.source.ask(headers, watch.signal);
    if ("fault" in source) return { kind: "broken", fault: source.fault, gained: 0 };
    const { response, host } = source;
    const because = (reason: string): Fault => ({ code: "network", host, reason });

    const held = isBegun() ? growing.etag() : undefined;
    const verdict = checkAnswer(response, { file: job.file, offset: from, sizeBytes: job.sizeBytes, etag: held });
    if (verdict.kind === "refuse") {
      response.discard();
      if (verdict.verdict === "changed") return { kind: "restart", fault: because(verdict.reason), gained: 0 };
      return {
        kind: "broken",
        fault: because(verdict.reason),
        ...(verdict.verdict === "odd" && { odd: "nothing" }),
        gained: 0,
      };
    }
    const all = verdict.kind === "fromStart";
    if (all && (from > 0 || growing.done() > 0 || given.active > 1)) {
      response.discard();
      return {
        kind: "broken",
        fault: because("it sends the whole where a part was asked for"),
        odd: "whole",
        gained: 0,
      };
    }
    if (!all && verdict.etag === undefined && !isProvable(job) && extent.end < job.sizeBytes) {
      response.discard();
      const nothing = "it sends parts, and nothing by which they can be told to belong together";
      return { kind: "broken", fault: because(nothing), odd: "whole", gained: 0 };
    }
    if (all) {
      given.whole = true;
      given.extents.widen(extent);
    }
    given.sentParts ||= !all;
    given.begun += 1;
    let open = 0;
    try {
      await watch.aside(growing.accept(verdict.etag));
      // No byte comes while the first record is written, which may take long: it would look like a line without use.
      open = 1;
      given.open += open;
      const taken = await take(given, extent, response, watch);
      if (taken === "page")
        return { kind: "broken", fault: because("it sends a web page in place of the file"), gained: 0 };
      if (taken === "more") return { kind: "restart", fault: because("it sends more than the file has"), gained: 0 };
      if (taken === "early") return { kind: "broken", fault: because("it ended the file early"), gained: gained() };
      return { kind: "done" };
    } finally {
      given.begun -= 1;
      given.open -= open;
    }
  } catch (error) {
    outer.throwIfAborted();
    if (watch.stalled())
      return {
        kind: "broken",
        fault: { code: "timeout", what: job.file, waited: millis(patience.stallAfter) },
        gained: gained(),
      };
    if (isFault(error, "network")) return { kind: "broken", fault: error.fault, gained: gained() };
    throw error;
  } finally {
    watch.end();
  }
}

/** Takes a body up to the extent's end, wherever that is moved meanwhile. What came is written, however it ends. */
async function take(
  round: Round,
  extent: Extent,
  response: HttpResponse,
  watch: ReturnType<typeof createWatchdog>,
): Promise<"done" | "early" | "page" | "more"> {
  const { job, growing, bucket } = round;
  const whole = response.status === 200;
  /** Where the answer ends; the extent's end moves to the front where another takes over its tail. */
  const asked = extent.end;
  let at = extent.at;
  const gather = createGather(async (begin, chunks) => {
    await growing.write(begin, chunks);
    round.onBytes(round.open);
  });
  try {
    for await (const chunk of response.body()) {
      watch.feed(chunk.length);
      if (at === 0 && looksLikePage(chunk, job.file)) return "page";
      if (whole && at + chunk.length > job.sizeBytes) return "more";
      const due = bucket.take(chunk.length, watch.signal);
      if (due) await watch.aside(due);
      const part = at + chunk.length > extent.end ? chunk.subarray(0, Math.max(0, extent.end - at)) : chunk;
      const begin = at;
      at += part.length;
      extent.at = at;
      const put = gather.add(begin, part);
      if (put) await watch.aside(put);
      if (growing.due()) await watch.aside(gather.flush());
      watch.signal.throwIfAborted();
      // Read to the end that was announced, the connection is good for the next request.
      if (!whole && (part.length < chunk.length || (at >= extent.end && extent.end < asked))) break;
      if (gather.isEmpty() && yields(round)) break;
    }
  } finally {
    await watch.aside(gather.flush());
    await watch.aside(gather.settle());
    round.onBytes(round.open);
  }
  return at >= extent.end || yields(round) ? "done" : "early";
}
