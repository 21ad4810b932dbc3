/**
 * What is asked through the palette alone, by the titles of its commands there: tokens lie in the window's secret store.
 * The terminal has its own from its environment.
 */
const titles: Readonly<Record<string, string>> = {
  "accounts.set": "Set Account Token…",
  "accounts.remove": "Remove Account Token…",
  "accounts.status": "Accounts…",
  "accounts.check": "Check Account…",
};

/** A sentence of where to ask it; undefined where a terminal may, or nobody. */
export function paletteOnly(verb: string): string | undefined {
  const title = Object.hasOwn(titles, verb) ? titles[verb] : undefined;
  return title === undefined
    ? undefined
    : `“${verb}” is asked through the editor's palette alone: run “Model Deck: ${title}” there (modelDeck.${verb}).`;
}
