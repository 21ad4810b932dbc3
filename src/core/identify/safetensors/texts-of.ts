/** Texts by name; undefined where it is no object of texts. */
export function textsOf(text: string): ReadonlyMap<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    return new Map(Object.entries(value).flatMap(([name, one]) => (typeof one === "string" ? [[name, one]] : [])));
  } catch {
    return undefined;
  }
}
