import type { Difference, ReadBack } from "../protocol/serving.ts";
import { millis } from "../util/ids.ts";
import { pathFor } from "./backend.ts";
import type { ServingDeps } from "./deps.ts";
import type { Run } from "./run.ts";

const TRIES = 3;

/** Asks a server that is ready what it has loaded; undefined where it does not tell. */
export async function readBack(
  run: Run,
  { clock, http }: ServingDeps,
  signal: AbortSignal,
): Promise<{ readonly got: ReadBack | undefined; readonly differences: readonly Difference[] }> {
  for (let turn = 1; turn <= TRIES; turn += 1) {
    const answer = await http.get(run.server.url + pathFor(run.backend.readBackPath, run.asked), millis(2000), signal);
    const told = run.backend.readBack(answer);
    const got = told && { ...told, ...run.backend.readLoad(run.loadLines()) };
    if (got) return { got, differences: run.backend.differences(run.asked, got) };
    // An answer that says nothing will say no more the next time.
    if (answer.kind === "answer" && answer.status !== 503) break;
    if (turn < TRIES) await clock.sleep(millis(100), signal);
  }
  return { got: undefined, differences: [] };
}
