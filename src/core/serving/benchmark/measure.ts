import * as v from "valibot";
import type { ServerAnswer, ServerHttp } from "../../ports/server-http.ts";
import type { BenchmarkResult } from "../../protocol/profiles.ts";
import { fault } from "../../util/faults.ts";
import { seconds } from "../../util/ids.ts";
import { type BenchmarkPrompt, prompts, warmUp } from "./prompts.ts";

type Speeds = Pick<BenchmarkResult, "promptTokens" | "generatedTokens" | "promptPerSecond" | "generatedPerSecond">;

const PATIENCE = seconds(600);

/**
 * Puts the fixed prompts to a llama-server one after the other; the figures are its own timings. A prompt that is longer
 * than its context is left out.
 * @param onDone how many of how many are through
 * @throws FaultError `unhealthy` where it answers none of them
 */
export async function measure(
  server: { readonly url: string; readonly title: string; readonly model?: string | undefined },
  http: Pick<ServerHttp, "post">,
  onDone: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<Speeds> {
  const total = prompts.length + 1;
  const put = ({ prompt, tokens }: BenchmarkPrompt): Promise<ServerAnswer> =>
    http.post(
      `${server.url}/completion`,
      {
        prompt,
        n_predict: tokens,
        ignore_eos: true,
        cache_prompt: false,
        temperature: 0,
        seed: 1,
        stream: false,
        ...(server.model !== undefined && { model: server.model }),
      },
      PATIENCE,
      signal,
    );
  onDone(0, total);
  let last = await put(warmUp);
  const found: Timings[] = [];
  for (const [index, prompt] of prompts.entries()) {
    onDone(index + 1, total);
    const answer = await put(prompt);
    signal.throwIfAborted();
    const timings = timingsOf(answer);
    if (timings) found.push(timings);
    else last = answer;
  }
  onDone(total, total);
  if (found.length === 0)
    throw fault({ code: "unhealthy", server: server.title, waited: seconds(0), logTail: [refusalOf(last)] });
  const sum = (key: keyof Timings): number => found.reduce((all, one) => all + one[key], 0);
  return {
    promptTokens: sum("prompt_n"),
    generatedTokens: sum("predicted_n"),
    promptPerSecond: perSecond(sum("prompt_n"), sum("prompt_ms")),
    generatedPerSecond: perSecond(sum("predicted_n"), sum("predicted_ms")),
  };
}

/** What a person would write into SPEED. */
export const speedNote = ({ generatedPerSecond, promptPerSecond }: Speeds): string =>
  `${rounded(generatedPerSecond)} t/s, prompt ${rounded(promptPerSecond)} t/s`;

const rounded = (value: number): string => (value < 10 ? value.toFixed(1) : Math.round(value).toString());

const perSecond = (tokens: number, ms: number): number => (ms > 0 ? Math.round((tokens / ms) * 100_000) / 100 : 0);

const timings = v.object({
  prompt_n: v.number(),
  prompt_ms: v.number(),
  predicted_n: v.number(),
  predicted_ms: v.number(),
});
type Timings = v.InferOutput<typeof timings>;

function timingsOf(answer: ServerAnswer): Timings | undefined {
  if (answer.kind !== "answer" || answer.status !== 200) return undefined;
  const read = v.safeParse(v.object({ timings }), answer.body);
  return read.success ? read.output.timings : undefined;
}

const refusalOf = (answer: ServerAnswer): string =>
  answer.kind === "silent"
    ? answer.reason
    : `HTTP ${answer.status}: ${JSON.stringify(answer.body)?.slice(0, 300) ?? ""}`;
