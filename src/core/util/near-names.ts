/** Those of the names that look like the one that was meant, best first, at most three. */
export function nearNames(meant: string, names: Iterable<string>): readonly string[] {
  const wanted = meant.toLowerCase();
  const farthest = Math.max(2, Math.floor(wanted.length / 4));
  return Array.from(names, (name) => ({ name, far: howFar(wanted, name.toLowerCase(), farthest) }))
    .filter(({ far }) => far <= farthest)
    .toSorted((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** A name that holds the other whole is as near as one with a single letter wrong. */
function howFar(a: string, b: string, farthest: number): number {
  if (a === b) return 0;
  if (a !== "" && (b.includes(a) || (b.length > 3 && a.includes(b)))) return 1;
  return Math.abs(a.length - b.length) > farthest ? Infinity : editDistance(a, b);
}

/** Letters to insert, leave out or exchange until one text is the other (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const exchanged = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(exchanged, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
