/** What a server tells of itself; a figure it does not tell is absent. */
export interface ServerFigures {
  /** Counted since it started. */
  readonly promptTokens?: number;
  readonly promptSeconds?: number;
  readonly generatedTokens?: number;
  readonly generatedSeconds?: number;
  readonly requests?: number;
  readonly running?: number;
  readonly waiting?: number;
  /** Of the slot that is fullest. */
  readonly contextUsed?: number;
  readonly contextSize?: number;
  /** Tokens of the answers that are under way, by the number of the request: counters learn of them only at its end. */
  readonly underWay: ReadonlyMap<number, number>;
}

type Counted = Exclude<keyof ServerFigures, "underWay" | "contextUsed" | "contextSize">;

/** The names of llama-server, vLLM and LMDeploy; the first that is there counts. */
const NAMES: Readonly<Record<Counted, readonly string[]>> = {
  promptTokens: ["llamacpp:prompt_tokens_total", "vllm:prompt_tokens_total", "lmdeploy:prompt_tokens_total"],
  promptSeconds: ["llamacpp:prompt_seconds_total", "vllm:request_prefill_time_seconds_sum"],
  generatedTokens: [
    "llamacpp:tokens_predicted_total",
    "vllm:generation_tokens_total",
    "lmdeploy:generation_tokens_total",
  ],
  generatedSeconds: ["llamacpp:tokens_predicted_seconds_total", "vllm:request_decode_time_seconds_sum"],
  requests: ["vllm:request_success_total"],
  running: ["llamacpp:requests_processing", "vllm:num_requests_running", "lmdeploy:num_requests_running"],
  waiting: ["llamacpp:requests_deferred", "vllm:num_requests_waiting", "lmdeploy:num_requests_waiting"],
};

/**
 * @param metrics what `/metrics` says; empty where it is not on
 * @param slots the parsed answer of llama-server's `/slots`
 */
export function readFigures(metrics: ReadonlyMap<string, number>, slots: unknown): ServerFigures {
  const counted: { -readonly [Name in Counted]?: number } = {};
  for (const name of countedNames) {
    const known = NAMES[name].map((one) => metrics.get(one)).find((value) => value !== undefined);
    if (known !== undefined) counted[name] = known;
  }
  const seats = Array.isArray(slots) ? slots.flatMap((slot: unknown) => readSlot(slot) ?? []) : [];
  const fullest = seats.toSorted((one, other) => other.used - one.used)[0];
  return {
    ...(seats.length > 0 && { running: seats.filter(({ busy }) => busy).length }),
    ...counted,
    ...(fullest && { contextUsed: fullest.used, contextSize: fullest.size }),
    underWay: new Map(seats.flatMap(({ busy, task, decoded }) => (busy ? [[task, decoded] as const] : []))),
  };
}

const countedNames = [
  "promptTokens",
  "promptSeconds",
  "generatedTokens",
  "generatedSeconds",
  "requests",
  "running",
  "waiting",
] as const satisfies readonly Counted[];

interface Slot {
  readonly task: number;
  readonly busy: boolean;
  readonly used: number;
  readonly size: number;
  readonly decoded: number;
}

function readSlot(slot: unknown): Slot | undefined {
  const size = number(slot, "n_ctx");
  if (size === undefined) return undefined;
  const next = field(slot, "next_token");
  return {
    task: number(slot, "id_task") ?? -1,
    busy: field(slot, "is_processing") === true,
    used: number(slot, "n_prompt_tokens") ?? 0,
    size,
    decoded: number(Array.isArray(next) ? next[0] : next, "n_decoded") ?? 0,
  };
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

function number(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return typeof found === "number" && found >= 0 ? found : undefined;
}
