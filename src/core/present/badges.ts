import { t } from "@vscode/l10n";
import { capabilityOf } from "../identify/capabilities-of.ts";
import type { Characteristic, Entry } from "../protocol/models.ts";
import { characteristicWords } from "./characteristic-words.ts";

/** What a model can be told to do or be, of yes and no; in the order in which rows and filters have them. */
export const abilities = [
  "vision",
  "audio",
  "video",
  "tools",
  "thinking",
  "embeddings",
  "reranker",
  "diffusion",
  "lora",
] as const;
export type Ability = (typeof abilities)[number];

/** Names of the facts that badges and the mark of an unsafe format are made of. */
export const badgeFacts: ReadonlySet<string> = new Set([
  "parameters",
  "activeParameters",
  "context",
  "unsafe",
  ...abilities,
]);

/** Whether nobody who must know said it: read from a name, from what a hub lets people tag, or from weak signs. */
export const isGuess = ({ source, value, confidence }: Characteristic): boolean =>
  confidence < 0.8 || source === "name" || (source === "hub" && typeof value !== "string");

/** As `8B`, `128K`, `vision?`: parameters and context, then what it can do. A guess ends with a question mark. */
export function badgesOf(entry: Pick<Entry, "facts" | "capabilities" | "displayName">): readonly string[] {
  const facts = new Map(entry.facts.map((one) => [one.name, one]));
  const [parameters, context] = [facts.get("parameters"), facts.get("context")];
  const size = typeof parameters?.value === "number" ? parameterBadge(parameters.value, facts) : "";
  return [
    // Most display names say it already.
    parameters && size !== "" && !saysWord(entry.displayName, size) ? marked(size, parameters) : "",
    context && typeof context.value === "number" ? marked(contextBadge(context.value), context) : "",
    ...abilities.map((ability) => {
      const fact = facts.get(ability);
      if (!isAbleTo(entry, ability)) return "";
      return fact ? marked(abilityWord(ability), fact) : abilityWord(ability);
    }),
    ...entry.capabilities.filter((one) => !known.has(one)),
  ].filter((badge) => badge !== "");
}

/** Whether its files can run code when they are loaded. */
export const isUnsafe = ({ facts }: Pick<Entry, "facts">): boolean =>
  facts.some(({ name, value }) => name === "unsafe" && value === true);

/** As its characteristics say, else its list of capabilities. */
export function isAbleTo({ facts, capabilities }: Pick<Entry, "facts" | "capabilities">, ability: Ability): boolean {
  const fact = facts.find(({ name }) => name === ability);
  return fact ? fact.value === true : capabilities.includes(capabilityOf(ability) ?? ability);
}

/** Whether it is loaded with a context of tokens, so that the arithmetic of its memory holds. */
export const takesContext = (entry: Pick<Entry, "facts" | "capabilities">): boolean =>
  !isAbleTo(entry, "diffusion") && !isAbleTo(entry, "lora");

const marked = (badge: string, fact: Characteristic): string => (isGuess(fact) ? `${badge}?` : badge);

export const abilityWord = (ability: Ability): string =>
  ability === "lora" ? characteristicWords(ability) : characteristicWords(ability).toLocaleLowerCase();

/** Capabilities that are told as an ability, and text, which is nothing to tell. */
const known = new Set(["text", ...abilities.map((ability) => capabilityOf(ability) ?? ability)]);

/** As `8B`, `494M`; of a mixture of experts `31B-A3.3B`. */
function parameterBadge(count: number, facts: ReadonlyMap<string, Characteristic>): string {
  const active = facts.get("activeParameters")?.value;
  const all = countBadge(count);
  return typeof active === "number" && active < count * 0.95 ? `${all}-A${countBadge(active)}` : all;
}

/** As `7.6B`: below ten one decimal. */
export function countBadge(count: number): string {
  const units = ["", "K", "M", "B", "T"];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1).replace(/\.0$/, "") : String(Math.round(value));
  return `${digits}${units[unit]}`;
}

/** As `128K` for 131,072: windows are multiples of 1,024; what is none is told by thousands. */
export function contextBadge(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  const base = tokens % 1024 === 0 ? 1024 : 1000;
  const thousands = tokens / base;
  return thousands >= base && thousands % base === 0 ? `${thousands / base}M` : `${trimmed(thousands)}K`;
}

const trimmed = (value: number): string => (value < 9.95 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(0));

/** Whether the words hold it as one of them, whatever the case. */
const saysWord = (words: string, word: string): boolean =>
  words
    .toLowerCase()
    .split(/[^\w.]+/)
    .includes(word.toLowerCase());

/** Words of the marks that stand behind the badges: what to beware of. */
export const markWords = {
  unsafe: (): string => t("unsafe format"),
  missing: (): string => t("missing"),
  offline: (): string => t("offline"),
} as const;
