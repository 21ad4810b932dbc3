import type { LoadAsk } from "../fit/fit.ts";
import { loadAskOf } from "../fit/load-ask.ts";
import { parseLoadLog } from "../fit/parse-load-log.ts";
import { bestFit } from "../present/fit-words.ts";
import type { FitVerdict } from "../protocol/fit.ts";
import type { SwitchOffer } from "../protocol/serving.ts";
import { type Fault, reasonOf } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import type { Acts } from "./bring-up.ts";
import { offersFor } from "./offers.ts";
import type { Wanted } from "./prepare.ts";

const PATIENCE = millis(1000);

/** What would help what failed, asked once nothing of it runs any more. Does not reject. @param log of its start */
export async function offersNow(
  acts: Acts,
  group: string,
  problem: Fault,
  wanted: Wanted,
  log: readonly string[],
): Promise<readonly SwitchOffer[]> {
  const fit = problem.code === "outOfMemory" ? await fitNow(acts, wanted, log) : undefined;
  return offersFor(problem, wanted, log, acts.beside(group), fit);
}

/** As it was tried: what nobody asked for the server chose by itself, and says so in its log. */
async function fitNow(
  { deps: { fits, clock, log }, closing }: Acts,
  { profile, overrides }: Wanted,
  lines: readonly string[],
): Promise<FitVerdict | undefined> {
  if (!fits) return undefined;
  const { context, offloaded } = parseLoadLog(lines);
  const ask: LoadAsk = {
    ...(context !== undefined && { context }),
    ...(offloaded && { gpuLayers: offloaded.layers }),
    ...loadAskOf(profile, overrides),
  };
  const over = new AbortController();
  const signal = AbortSignal.any([closing, over.signal]);
  const late = clock.sleep(PATIENCE, signal).then(() => undefined);
  const asked = fits(profile.id, ask, signal);
  asked.catch(() => undefined);
  late.catch(() => undefined);
  try {
    return bestFit((await Promise.race([asked, late])) ?? [])?.verdict;
  } catch (error) {
    if (!closing.aborted) log.warn(`what of ${profile.id} fits cannot be told: ${reasonOf(error)}`);
    return undefined;
  } finally {
    over.abort();
  }
}
