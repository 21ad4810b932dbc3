import type { ServerAnswer } from "../../ports/server-http.ts";
import type { Characteristic } from "../../protocol/models.ts";

/** What a llama-server says of its model, in so far as a source asks. */
export interface ServerFacts {
  readonly characteristics: readonly Characteristic[];
  /** Of chat; empty where it told none. */
  readonly template: string;
  readonly build: string;
  /** False where its template has no place for tools. */
  readonly mayCallTools: boolean;
}

/**
 * @param props answer of `/props`. @param models answer of `/v1/models`
 * @param projector a projector belongs to the model: that the server sees and hears nothing may then be for want of it
 */
export function readFacts(props: ServerAnswer, models: ServerAnswer, projector: boolean): ServerFacts | undefined {
  const said = bodyOf(props);
  if (said === undefined) return undefined;
  const [modalities, caps] = [field(said, "modalities"), field(said, "chat_template_caps")];
  const tools = both(field(caps, "supports_tools"), field(caps, "supports_tool_calls"));
  const thinks = [field(caps, "supports_preserve_reasoning"), field(caps, "supports_reasoning_effort")].includes(true);
  const data = field(bodyOf(models), "data");
  // A router lists models that it has not loaded, too; these have none.
  const known = (Array.isArray(data) ? data : []).map((one: unknown) => field(one, "meta"));
  const meta = known.find((one) => typeof one === "object" && one !== null);
  const [template, build] = [field(said, "chat_template"), field(said, "build_info")];
  return {
    characteristics: [
      ...["vision", "audio", "video"].flatMap((name) => senses(name, field(modalities, name), projector)),
      // That a template has a place for calls does not say that the model makes any.
      ...(tools === undefined ? [] : [fact("tools", tools, tools ? 0.9 : 1)]),
      ...(thinks ? [fact("thinking", true, 0.9)] : []),
      ...COUNTS.flatMap(([name, key]) => {
        const count = field(meta, key);
        return typeof count === "number" && count > 0 ? [fact(name, count, 1)] : [];
      }),
    ],
    template: typeof template === "string" ? template : "",
    build: typeof build === "string" ? build : "",
    mayCallTools: tools !== false,
  };
}

/** Of `/v1/models`. `context` is what it was trained for, not what it is served with. */
const COUNTS = [
  ["context", "n_ctx_train"],
  ["parameters", "n_params"],
  ["weightBytes", "size"],
  ["embedding", "n_embd"],
  ["vocabulary", "n_vocab"],
] as const;

const senses = (name: string, value: unknown, projector: boolean): readonly Characteristic[] =>
  typeof value === "boolean" && (value || !projector) ? [fact(name, value, 1)] : [];

export const fact = (name: string, value: string | number | boolean, confidence: number): Characteristic => ({
  name,
  value,
  source: "server",
  confidence,
});

/** One tool that takes nothing, and every reason to call it. Greedy, so that the answer is the same again. */
export const TOOL_QUESTION = {
  messages: [{ role: "user", content: "Call the function get_time. Answer with nothing but the call." }],
  tools: [
    {
      type: "function",
      function: {
        name: "get_time",
        description: "Tells the time of day.",
        parameters: { type: "object", properties: {} },
      },
    },
  ],
  tool_choice: "auto",
  temperature: 0,
  max_tokens: 256,
  stream: false,
  chat_template_kwargs: { enable_thinking: false },
} as const;

/** undefined where the answer says nothing either way. */
export function calledTool(answer: ServerAnswer): boolean | undefined {
  const choices = field(bodyOf(answer), "choices");
  const message = field(Array.isArray(choices) ? choices[0] : undefined, "message");
  if (message === undefined) return undefined;
  const calls = field(message, "tool_calls");
  return Array.isArray(calls) && calls.some((call) => field(field(call, "function"), "name") === "get_time");
}

const bodyOf = (answer: ServerAnswer): unknown =>
  answer.kind === "answer" && answer.status === 200 ? answer.body : undefined;

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

const both = (one: unknown, other: unknown): boolean | undefined =>
  typeof one === "boolean" && typeof other === "boolean" ? one && other : undefined;
