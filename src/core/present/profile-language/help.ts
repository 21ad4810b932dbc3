import { deckKey, deckKeys, wantedWords } from "../../serving/yaml/deck-keys.ts";
import { type ProfileFileKind, pathAbove, pathAt, placesOf } from "./places.ts";

/** What can be typed here. */
export interface Suggestion {
  readonly label: string;
  /** What comes into the text. */
  readonly insert: string;
  readonly what: string;
}

/** In the order they are offered. */
const CONF: Readonly<Record<string, string>> = {
  NAME: "name",
  MODEL: "model",
  CTX_SIZE: "context",
  N_GPU_LAYERS: "gpuLayers",
  FIT: "fit",
  FIT_TARGET: "fitTarget",
  EXTRA_ARGS: "args",
  ROUTER: "router",
  DESCRIPTION: "description",
  SPEED: "speed",
};
const SPLIT = "Split at blanks only: every other character, quotes and backslashes too, reaches the server as it is.";
const TOP: readonly Suggestion[] = [
  { label: "defaults", insert: "defaults:\n  ", what: "Values that hold for every profile." },
  {
    label: "backends",
    insert: "backends:\n  llama.cpp:\n    ",
    what: "Values that hold for every profile of a back end.",
  },
  { label: "profiles", insert: "profiles:\n  ", what: "Each with an id of letters, digits, _ and -." },
];

/** @param line counts from 0. @param column before the cursor */
export function suggestionsAt(
  text: string,
  line: number,
  column: number,
  kind: ProfileFileKind,
): readonly Suggestion[] {
  const lines = text.split(/\r?\n/);
  const before = (lines[line] ?? "").slice(0, column);
  if (kind === "conf") {
    if (!/^[ \t]*[A-Z_]*$/.test(before)) return [];
    const there = confKeysAround(lines, line);
    return Object.keys(CONF)
      .filter((key) => !there.has(key))
      .map((key) => ({ label: key, insert: `${key}=`, what: confWords(key) }));
  }
  const value = /^( *)([A-Za-z]+):[ \t]+\S*$/.exec(before);
  if (value) return valuesOf(value[2] ?? "", pathAbove(lines, line, value[1]?.length ?? 0), text);
  const [, blanks, word] = /^( *)([A-Za-z.]*)$/.exec(before) ?? [];
  if (blanks === undefined || word === undefined) return [];
  const above = pathAbove(lines, line, blanks.length);
  const [root] = above;
  if (above.length === 0) return TOP;
  const isProfile = root === "profiles" && above.length === 2;
  const isLayer = (root === "defaults" && above.length === 1) || (root === "backends" && above.length === 2);
  if (root === "backends" && above.length === 1)
    return [{ label: "llama.cpp", insert: "llama.cpp:\n    ", what: "llama-server" }];
  if (!isProfile && !isLayer) return [];
  const there = deckKeysAround(lines, line, blanks.length);
  return deckKeys
    .filter(({ name, profileOnly }) => !there.has(name) && (isProfile || profileOnly !== true))
    .map(({ name, kind, what }) => ({
      label: name,
      insert: kind.kind === "environment" ? `${name}:\n${blanks}  ` : `${name}: `,
      what,
    }));
}

/** Keys of the block that a line stands in with that indent, its own left out. */
function deckKeysAround(lines: readonly string[], line: number, indent: number): ReadonlySet<string> {
  const isOutside = (text: string): boolean => /^ *[^ #]/.test(text) && text.search(/[^ ]/) < indent;
  const from = lines.findLastIndex((text, at) => at < line && isOutside(text)) + 1;
  const to = lines.findIndex((text, at) => at > line && isOutside(text));
  return new Set(
    lines.slice(from, to < 0 ? lines.length : to).flatMap((text, at) => {
      const [, blanks = "", key] = /^( *)([A-Za-z]+):/.exec(text) ?? [];
      return key !== undefined && blanks.length === indent && at + from !== line ? [key] : [];
    }),
  );
}

/** Keys of the section that a line stands in, its own left out. */
function confKeysAround(lines: readonly string[], line: number): ReadonlySet<string> {
  const isHead = (text: string): boolean => /^[ \t]*\[/.test(text);
  const from = lines.findLastIndex((text, at) => at <= line && isHead(text));
  const to = lines.findIndex((text, at) => at > line && isHead(text));
  return new Set(
    lines
      .slice(Math.max(0, from), to < 0 ? lines.length : to)
      .flatMap((text, at) =>
        at + Math.max(0, from) === line ? [] : (/^[ \t]*([A-Z_]+)[ \t]*=/.exec(text)?.[1] ?? []),
      ),
  );
}

function valuesOf(name: string, above: readonly string[], text: string): readonly Suggestion[] {
  const key = deckKey(name);
  if (!key || above.length === 0) return [];
  const { kind, what } = key;
  const words =
    name === "extends"
      ? placesOf(text, "yaml")
          .map(({ id }) => id)
          .filter((id) => id !== above[1])
      : name === "backend"
        ? ["llama.cpp"]
        : kind.kind === "choice"
          ? kind.choices
          : kind.kind === "textsOr"
            ? kind.words
            : name === "gpuLayers"
              ? ["all", "auto", "0"]
              : [];
  return words.map((word) => ({ label: word, insert: word, what }));
}

/** What the key on this line means, in Markdown; undefined where there is none that is known. */
export function hoverAt(text: string, line: number, column: number, kind: ProfileFileKind): string | undefined {
  const lines = text.split(/\r?\n/);
  const here = lines[line] ?? "";
  if (kind === "conf") {
    const key = /^[ \t]*([A-Z_][A-Z0-9_]*)[ \t]*=/.exec(here);
    if (!key || column > key[0].length) return undefined;
    return confWords(key[1] ?? "") || undefined;
  }
  const path = pathAt(lines, line);
  const key = path.length > 1 ? deckKey(path.at(-1) ?? "") : undefined;
  if (!key || column > here.indexOf(":")) return TOP.find(({ label }) => path.length === 1 && label === path[0])?.what;
  return `**${key.name}** ${key.what}\n\nTakes ${wantedWords(key.kind)}.`;
}

function confWords(key: string): string {
  const found = deckKey(CONF[key] ?? "");
  return found ? `**${key}** ${key === "EXTRA_ARGS" ? `Arguments of the server. ${SPLIT}` : found.what}` : "";
}
