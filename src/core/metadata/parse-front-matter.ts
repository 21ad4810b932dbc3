import { type Document, isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";

/**
 * The fields of a card's YAML that are a value or a list of values; undefined where it is none. What is nested deeper no
 * card needs, and made into values it can take for ever. Loaded when it is first asked: its library is heavy.
 */
export function parseFrontMatter(text: string): Readonly<Record<string, unknown>> | undefined {
  if (isDeep(text)) return undefined;
  try {
    const document = parseDocument(text, { uniqueKeys: false, logLevel: "silent" });
    if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
    return Object.fromEntries(
      document.contents.items.flatMap(({ key, value }) =>
        isScalar(key) ? [[String(key.value), valueOf(document, value)] as const] : [],
      ),
    );
  } catch {
    return undefined;
  }
}

function valueOf(document: Document, given: unknown): unknown {
  const node = isAlias(given) ? given.resolve(document) : given;
  return isSeq(node) ? node.items.map((item) => scalarOf(document, item)) : scalarOf(document, node);
}

function scalarOf(document: Document, given: unknown): unknown {
  const node = isAlias(given) ? given.resolve(document) : given;
  return isScalar(node) ? node.value : undefined;
}

const DEEPEST = 64;

/** More brackets in each other than anybody writes: the parser would climb until its stack ends. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (const letter of text) {
    if (letter === "{" || letter === "[") depth += 1;
    else if (letter === "}" || letter === "]") depth = Math.max(0, depth - 1);
    if (depth > DEEPEST) return true;
  }
  return false;
}
