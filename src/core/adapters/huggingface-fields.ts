/** Readers of the hub's answers: its library declares their types and checks nothing. */
export const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

export const text = (value: unknown, name: string): string | undefined => {
  const found = field(value, name);
  return typeof found === "string" && found !== "" ? found : undefined;
};

export const number = (value: unknown, name: string): number | undefined => {
  const found = field(value, name);
  return typeof found === "number" && Number.isFinite(found) && found >= 0 ? found : undefined;
};

export const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

/** By the front matter of its card, else by its tags. */
export function licenceOf(card: unknown, tags: unknown): string | undefined {
  const named = field(card, "license");
  const licence = Array.isArray(named) ? texts(named)[0] : text(card, "license");
  // "other" says nothing; its name does.
  if (licence === "other") return text(card, "license_name") ?? licence;
  return (
    licence ??
    texts(tags)
      .find((tag) => tag.startsWith("license:"))
      ?.slice("license:".length)
  );
}
