import { isRecord } from "../registry/fields.ts";
import { cut, plainText, withoutSpans } from "./plain-text.ts";

/** What a README of a model says of it. */
export interface CardFacts {
  readonly description?: string;
  readonly licence?: string;
  readonly baseModel?: string;
  /** Codes, with commas between them. */
  readonly language?: string;
  readonly task?: string;
  readonly tags: readonly string[];
}

const LARGEST_HEAD = 64 * 1024;

/** A card in its two parts; the head is YAML. */
export function splitCard(markdown: string): { readonly head: string | undefined; readonly body: string } {
  const text = markdown.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const found = /^---[ \t]*\n([^]*?)\n---[ \t]*(?:\n|$)/.exec(text.slice(0, LARGEST_HEAD));
  return found ? { head: found[1] ?? "", body: text.slice(found[0].length) } : { head: undefined, body: text };
}

/** @param head the parsed front matter */
export function cardFacts(head: unknown, body: string): CardFacts {
  const fields = isRecord(head) ? head : {};
  const licence = first(fields["license"]);
  // "other" says nothing; its name does.
  const named = licence === "other" ? (first(fields["license_name"]) ?? licence) : licence;
  const baseModel = first(fields["base_model"]);
  const language = textsOf(fields["language"]).slice(0, 8).join(", ");
  const task = first(fields["pipeline_tag"]);
  const description = firstProse(body);
  return {
    ...(description !== undefined && { description }),
    ...(named !== undefined && { licence: named }),
    ...(baseModel !== undefined && { baseModel }),
    ...(language !== "" && { language }),
    ...(task !== undefined && { task }),
    tags: textsOf(fields["tags"]).slice(0, 50),
  };
}

const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one: unknown) =>
    typeof one === "string" && one.trim() !== "" ? [cut(one.trim(), 200)] : [],
  );

const first = (value: unknown): string | undefined => textsOf(value)[0];

/** Letters a paragraph has at least to be one. */
const PROSE = 40;

/** The first paragraph that tells something: no heading, list, table, badge or code. */
export function firstProse(markdown: string): string | undefined {
  const text = withoutSpans(markdown.slice(0, 200_000), /<!--/g, /-->/g).replaceAll(/^(```|~~~)[^]*?^\1.*$/gm, "");
  for (const block of text.split(/\n\s*\n/)) {
    if (/^\s*([#>|*+-]|\d+[.)]|:::|={3,})/.test(block) && !/^\s*\*\*?\w/.test(block)) continue;
    const words = plainText(
      block
        // No further than the next opening: a stranger may open as many as there are letters.
        .replaceAll(/!\[[^[\]]*\]\([^()]*\)/g, "")
        .replaceAll(/\[([^[\]]*)\]\([^()]*\)/g, "$1")
        .replaceAll(/[*_`]{1,3}(\S[^*_`]*)[*_`]{1,3}/g, "$1"),
    ).replaceAll("\n", " ");
    if ((words.match(/\p{L}/gu) ?? []).length >= PROSE) return cut(words, 600);
  }
  return undefined;
}
