/**
 * Names of files beside each other: the last part of the path, and of those that share it as many folders before it as
 * tell them apart.
 */
export function tellingNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  let alike = [...new Set(paths)].map((path) => ({ path, parts: path.split(/[/\\]/) }));
  for (let length = 1; alike.length > 0; length += 1) {
    const tails = alike.map((one) => ({ ...one, tail: one.parts.slice(-length).join("/") }));
    const counts = new Map<string, number>();
    for (const { tail } of tails) counts.set(tail, (counts.get(tail) ?? 0) + 1);
    for (const { path, tail } of tails) names.set(path, tail);
    // Those that are told apart by now are so by longer names, too.
    alike = tails.filter(({ parts, tail }) => length < parts.length && counts.get(tail) !== 1);
  }
  return names;
}
