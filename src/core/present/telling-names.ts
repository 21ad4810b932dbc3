/**
 * Names of files beside each other: the last part of the path, and of those that share it as many folders before it as
 * tell them apart.
 */
export function tellingNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const all = [...new Set(paths)].map((path) => ({ path, parts: path.split(/[/\\]/) }));
  const tail = (parts: readonly string[], length: number): string => parts.slice(-length).join("/");
  return new Map(
    all.map(({ path, parts }) => {
      const alike = all.filter((other) => other.path !== path && other.parts.at(-1) === parts.at(-1));
      let length = 1;
      while (length < parts.length && alike.some((other) => tail(other.parts, length) === tail(parts, length)))
        length += 1;
      return [path, tail(parts, length)];
    }),
  );
}
