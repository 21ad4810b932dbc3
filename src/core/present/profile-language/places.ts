/** A profile's place in the text of a file; lines count from 0, as editors count. */
export interface ProfilePlace {
  readonly id: string;
  readonly line: number;
}

export type ProfileFileKind = "conf" | "yaml";

export const kindOfFile = (path: string): ProfileFileKind => (/\.ya?ml$/i.test(path) ? "yaml" : "conf");

/** Every profile of a text as it is typed, by a look at its lines alone. */
export function placesOf(text: string, kind: ProfileFileKind): readonly ProfilePlace[] {
  const lines = text.split(/\r?\n/);
  if (kind === "conf")
    return lines.flatMap((line, number) => {
      const id = /^\uFEFF?[ \t]*\[([A-Za-z0-9_-]+)\][ \t]*$/.exec(line)?.[1];
      return id === undefined ? [] : [{ id, line: number }];
    });
  return lines.flatMap((_, number) => {
    const path = pathAt(lines, number);
    return path.length === 2 && path[0] === "profiles" ? [{ id: path[1] ?? "", line: number }] : [];
  });
}

const KEY = /^( *)(?:"([^"]*)"|'([^']*)'|([^\s#"'[{&*!|>%@`-][^:#]*?))[ \t]*:(?=[ \t]|$)/;

/** The keys that lead to the one on this line, itself last; empty where the line has none. */
export function pathAt(lines: readonly string[], number: number): readonly string[] {
  const own = keyOf(lines[number] ?? "");
  return own ? [...pathAbove(lines, number, own.indent), own.name] : [];
}

/** The keys a line of this indentation would stand below. */
export function pathAbove(lines: readonly string[], number: number, indent: number): readonly string[] {
  const path: string[] = [];
  let depth = indent;
  for (let at = number - 1; at >= 0 && depth > 0; at -= 1) {
    const key = keyOf(lines[at] ?? "");
    if (!key || key.indent >= depth) continue;
    path.unshift(key.name);
    depth = key.indent;
  }
  return path;
}

function keyOf(line: string): { readonly name: string; readonly indent: number } | undefined {
  const [, blanks, double, single, plain] = KEY.exec(line) ?? [];
  const name = double ?? single ?? plain;
  return blanks === undefined || name === undefined ? undefined : { name, indent: blanks.length };
}
