/** Prometheus' text format: each name with the sum over its labels. Histograms and what is no number are passed over. */
export function parsePrometheus(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [, name, value] = /^([a-zA-Z_:][\w:]*)(?:\{[^}]*\})?\s+([^\s]+)(?:\s+\d+)?\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined || name.endsWith("_bucket")) continue;
    const number = Number(value);
    if (Number.isFinite(number)) found.set(name, (found.get(name) ?? 0) + number);
  }
  return found;
}
