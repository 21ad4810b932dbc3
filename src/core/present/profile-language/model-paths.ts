import type { Entry } from "../../protocol/models.ts";
import { sizeWords } from "../units.ts";
import { type ProfileFileKind, pathAbove, placesOf } from "./places.ts";

/** A value that names a model's file, as it is typed. */
export interface ModelValue {
  /** Column of its first character. */
  readonly from: number;
  /** What of it stands before the cursor. */
  readonly typed: string;
  /** Id of the profile it belongs to. */
  readonly profile: string;
}

export interface ModelPath {
  readonly path: string;
  /** What comes into the text in place of the value. */
  readonly insert: string;
  /** What the typed text is held against. */
  readonly filter: string;
  readonly name: string;
  /** As `4.9 GB`; empty where it is not known. */
  readonly size: string;
}

/** undefined where the cursor is in no such value. @param line counts from 0. @param column before the cursor */
export function modelValueAt(
  text: string,
  line: number,
  column: number,
  kind: ProfileFileKind,
): ModelValue | undefined {
  const lines = text.split(/\r?\n/);
  const before = (lines[line] ?? "").slice(0, column);
  const value = kind === "conf" ? /^[ \t]*MODEL[ \t]*=[ \t]*/ : /^ *model:[ \t]+/;
  const [head] = value.exec(before) ?? [];
  if (head === undefined) return undefined;
  const profile =
    kind === "conf"
      ? placesOf(text, kind).findLast((place) => place.line < line)?.id
      : profileOf(pathAbove(lines, line, head.search(/[^ ]/)));
  return profile === undefined ? undefined : { from: head.length, typed: before.slice(head.length), profile };
}

const profileOf = ([root, id, ...rest]: readonly string[]): string | undefined =>
  root === "profiles" && rest.length === 0 ? id : undefined;

/**
 * The files of known models that a server of profiles can be given, those that are most like what is typed, or like the
 * profile's id where nothing is, first.
 * @param root where a relative path is looked for; what lies below it is written so
 */
export function modelPaths(
  entries: readonly Entry[],
  root: string,
  { typed, profile }: ModelValue,
  kind: ProfileFileKind,
): readonly ModelPath[] {
  const wanted = wordsOf(typed.trim() === "" ? profile : typed);
  const [quote = ""] = /^["']/.exec(typed) ?? [];
  const known = new Map<string, ModelPath & { readonly like: number }>();
  for (const { path, displayName, sizeBytes, deprecated } of entries) {
    if (path === undefined || !/\.gguf$/i.test(path)) continue;
    const shown = belowRoot(path, root);
    if (known.has(shown)) continue;
    const words = wordsOf(`${shown} ${displayName}`);
    known.set(shown, {
      path: shown,
      insert: kind === "yaml" ? yamlText(shown) : shown,
      filter: `${quote}${shown} ${displayName}`,
      name: displayName,
      size: sizeBytes === undefined ? "" : sizeWords(sizeBytes),
      like: wanted.filter((start) => words.some((word) => word.startsWith(start))).length - (deprecated ? 0.5 : 0),
    });
  }
  return [...known.values()]
    .toSorted((one, other) => other.like - one.like || (one.path < other.path ? -1 : 1))
    .map(({ like: _like, ...path }) => path);
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[a-z]+|\d+/g) ?? [];

function belowRoot(path: string, root: string): string {
  const slash = root.startsWith("/") ? "/" : "\\";
  const folder = root.endsWith(slash) ? root : root + slash;
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}

/** In quotes where YAML would read it as something else. */
const yamlText = (path: string): string =>
  /^(?:[A-Za-z]:)?[A-Za-z_./\\][^#:]*$/.test(path) && path.trim() === path ? path : `'${path.replaceAll("'", "''")}'`;
