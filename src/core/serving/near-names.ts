/** Up to three of the names that look most alike, best first; those that share nothing are left out. */
export function nearNames(wanted: string, names: Iterable<string>): readonly string[] {
  const sought = wanted.toLowerCase();
  const scored: { readonly name: string; readonly score: number }[] = [];
  for (const name of names) {
    const other = name.toLowerCase();
    const within = sought.length > 1 && (other.includes(sought) || sought.includes(other));
    const score = within ? 1 : distance(sought, other);
    if (score <= Math.max(2, Math.floor(sought.length / 3))) scored.push({ name, score });
  }
  return scored
    .sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Letters to put in, take out or replace to make one of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
