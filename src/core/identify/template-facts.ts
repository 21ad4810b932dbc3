import type { Characteristic } from "../protocol/models.ts";

interface Sign {
  readonly pattern: RegExp;
  readonly confidence: number;
  /** Where it counts: `code` is what the template's engine runs, without its texts; `all` the whole template. */
  readonly within: "code" | "all";
}

/** Surest first. Names and marks of the template language and of what models write; none names a model. */
const TOOLS: readonly Sign[] = [
  { pattern: /(?<![\w.])tools\b|\.Tools\b/, confidence: 0.9, within: "code" },
  { pattern: /\btool_calls?\b|\.ToolCalls\b|\bfunction_calls?\b|\btool_definitions\b/, confidence: 0.8, within: "all" },
  { pattern: /\[(?:AVAILABLE_TOOLS|TOOL_CALLS)\]|<\/?tools?>|<\|tools?\|>/, confidence: 0.7, within: "all" },
];

const THINKING: readonly Sign[] = [
  { pattern: /\benable_thinking\b|\breasoning_effort\b|\.Think\b|\.IsThinkSet\b/, confidence: 0.9, within: "all" },
  { pattern: /\breasoning_content\b|\.Thinking\b|(?<![\w.])thinking\b/, confidence: 0.85, within: "code" },
  { pattern: /\breasoning_content\b|<(?:\w+:)?think(?:ing)?>|◁think▷|\[THINK\]/, confidence: 0.85, within: "all" },
  {
    pattern: /<\|channel\|?>\s*(?:analysis|thought)|<\|begin_of_thought\|>|<reasoning>/,
    confidence: 0.8,
    within: "all",
  },
  // Only takes thoughts out of earlier answers: the model writes them by itself.
  { pattern: /<\/(?:\w+:)?think(?:ing)?>/, confidence: 0.7, within: "all" },
];

/** Of a template that says nothing of it: one could still be handed over in a prompt. */
const ABSENT = 0.6;
/** Longer than any template there is. */
const LONGEST = 1024 * 1024;

/** So many are remembered, in characters of all together: quantizations of one model have its template, and so do its kin. */
const REMEMBERED = 2 ** 20;
const told = new Map<string, readonly Characteristic[]>();
let remembered = 0;

/** What a chat template (Jinja, or Go's as Ollama's) tells; an empty one tells nothing. */
export function templateFacts(template: string): readonly Characteristic[] {
  const known = told.get(template);
  if (known) return known;
  const facts = readTemplate(template);
  remembered += template.length;
  if (remembered > REMEMBERED) {
    told.clear();
    remembered = template.length;
  }
  if (template.length <= REMEMBERED) told.set(template, facts);
  return facts;
}

function readTemplate(template: string): readonly Characteristic[] {
  const all = withoutComments(template.slice(0, LONGEST));
  if (all.trim() === "") return [];
  const code = codeOf(all);
  const fact = (name: string, signs: readonly Sign[]): Characteristic => {
    const sign = signs.find((one) => one.pattern.test(one.within === "code" ? code : all));
    return { name, value: sign !== undefined, source: "template", confidence: sign?.confidence ?? ABSENT };
  };
  return [
    { name: "text", value: true, source: "template", confidence: 0.8 },
    fact("tools", TOOLS),
    fact("thinking", THINKING),
  ];
}

/** Without comments, of either language: what they speak of is not done. */
const withoutComments = (template: string): string => cutBetween(cutBetween(template, "{#", "#}"), "{{/*", "*/}}");

function cutBetween(text: string, open: string, close: string): string {
  const kept: string[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf(open, at);
    const end = start < 0 ? -1 : text.indexOf(close, start + open.length);
    if (end < 0) return kept.join("") + text.slice(at);
    kept.push(text.slice(at, start));
    at = end + close.length;
  }
}

const OPENING = /\{[{%]/g;

/** What stands in `{{ … }}` and `{% … %}`, without quoted texts: names of variables and fields. */
function codeOf(template: string): string {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    OPENING.lastIndex = at;
    const start = OPENING.exec(template)?.index;
    if (start === undefined) return parts.join("\n");
    at = readBlock(template, start, parts);
  }
}

/** Adds the code of the block that opens at `start`; gives where it ends. A closing mark in a quoted text is none. */
function readBlock(template: string, start: number, parts: string[]): number {
  const close = template[start + 1] === "{" ? "}}" : "%}";
  let from = start + 2;
  for (let at = from; at < template.length; at += 1) {
    const sign = template.charAt(at);
    if (template.startsWith(close, at)) {
      parts.push(template.slice(from, at));
      return at + 2;
    }
    if (sign !== '"' && sign !== "'") continue;
    parts.push(template.slice(from, at));
    at = endOfQuote(template, at);
    from = at + 1;
  }
  if (from < template.length) parts.push(template.slice(from));
  return template.length;
}

function endOfQuote(template: string, start: number): number {
  const quote = template.charAt(start);
  let at = start + 1;
  while (at < template.length && template.charAt(at) !== quote) at += template.charAt(at) === "\\" ? 2 : 1;
  return at;
}
