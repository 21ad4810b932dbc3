import type { ServerFigures } from "./server-figures.ts";

export interface Rates {
  /** Tokens per second; absent where nothing tells. */
  readonly prompt?: number;
  readonly generated?: number;
}

/**
 * What happened between two looks: of requests that ended, tokens by the time the server spent on them; of those under
 * way, tokens by the time that passed. Zero where nothing happened.
 * @param passed seconds between the two
 */
export function ratesBetween(before: ServerFigures, now: ServerFigures, passed: number): Rates {
  const prompt = rate(
    difference(before.promptTokens, now.promptTokens),
    difference(before.promptSeconds, now.promptSeconds),
    passed,
  );
  const ended = rate(
    difference(before.generatedTokens, now.generatedTokens),
    difference(before.generatedSeconds, now.generatedSeconds),
    passed,
  );
  const fresh = [...now.underWay].reduce(
    (sum, [task, decoded]) => sum + Math.max(0, decoded - (before.underWay.get(task) ?? 0)),
    0,
  );
  const live = now.underWay.size > 0 && passed > 0 ? fresh / passed : undefined;
  const generated = ended !== undefined && ended > 0 ? ended : (live ?? ended);
  return { ...(prompt !== undefined && { prompt }), ...(generated !== undefined && { generated }) };
}

/** Over all requests since the server started, for the first look. */
export function ratesSoFar(figures: ServerFigures): Rates {
  const prompt = rate(figures.promptTokens, figures.promptSeconds, 0);
  const generated = rate(figures.generatedTokens, figures.generatedSeconds, 0);
  return {
    ...(prompt !== undefined && prompt > 0 && { prompt }),
    ...(generated !== undefined && generated > 0 && { generated }),
  };
}

/** By the time that was spent, where the server tells it, else by the time that passed. */
function rate(tokens: number | undefined, spent: number | undefined, passed: number): number | undefined {
  if (tokens === undefined) return undefined;
  const seconds = spent === undefined ? passed : spent;
  return tokens > 0 && seconds > 0 ? tokens / seconds : 0;
}

/** A counter that fell began anew: another server answers there now. */
const difference = (before: number | undefined, now: number | undefined): number | undefined =>
  before === undefined || now === undefined ? undefined : now < before ? now : now - before;
