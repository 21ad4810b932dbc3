/** Token types of llama.h. */
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;
/** SentencePiece's mark of a blank. */
const BLANK = "\u2581";

export interface Vocabulary {
  readonly tokens: readonly { readonly text: string; readonly type: number; readonly score: number }[];
  readonly special: {
    readonly unknown: number;
    readonly begin: number;
    readonly end: number;
    readonly endOfTurn: number;
  };
  /** The token that opens the reply. */
  readonly first: number;
  /** From each token of the reply to the one that follows it. */
  readonly next: ReadonlyMap<number, number>;
}

/** Specials, the 256 bytes, and one token a word of the reply. */
export function vocabularyFor(reply: string, loop: boolean): Vocabulary {
  const tokens: { text: string; type: number; score: number }[] = [];
  const known = new Set<string>();
  const add = (text: string, type: number, score = 0): number => {
    if (known.has(text))
      throw new Error(`each word of the reply may occur once, and ${JSON.stringify(text)} stands twice`);
    known.add(text);
    return tokens.push({ text, type, score }) - 1;
  };
  const unknown = add("<unk>", UNKNOWN);
  const begin = add("<s>", CONTROL);
  const end = add("</s>", CONTROL);
  for (const role of ["system", "user", "assistant", "tool"]) add(`<|${role}|>`, CONTROL);
  const endOfTurn = add("<|end|>", CONTROL);
  for (let byte = 0; byte < 256; byte += 1) add(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`, BYTE);

  const words = reply.trim().split(/\s+/);
  const chain = words.map((word, index) => add((index === 0 ? "" : BLANK) + word, NORMAL, -1 - index));
  // The reply's first word has no blank before it; when it starts over, it has one.
  const again = loop ? add(`${BLANK}${words[0] ?? ""}`, NORMAL, -1 - words.length) : endOfTurn;
  const next = new Map(chain.map((token, index) => [token, chain[index + 1] ?? again]));
  if (loop) next.set(again, chain[1] ?? again);
  return { tokens, special: { unknown, begin, end, endOfTurn }, first: chain[0] ?? again, next };
}

export const CHAT_TEMPLATE =
  "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}" +
  "{% if add_generation_prompt %}<|assistant|>{% endif %}";
