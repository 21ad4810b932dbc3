import { parse } from "yaml";

/** The value of a card's YAML; undefined where it is none. Loaded when it is first asked: its library is heavy. */
export function parseFrontMatter(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 20, logLevel: "silent" });
  } catch {
    return undefined;
  }
}
