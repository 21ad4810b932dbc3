import { type Characteristic, characteristicNames, characteristicSources } from "../protocol/models.ts";

/** Of each name the value that holds: the most trusted source's, of one source the surest. In the order of the names. */
export function effective(characteristics: readonly Characteristic[]): readonly Characteristic[] {
  const best = new Map<string, Characteristic>();
  for (const one of characteristics) {
    const held = best.get(one.name);
    if (held === undefined || outranks(one, held)) best.set(one.name, one);
  }
  return [...best.values()].sort((a, b) => place(a.name) - place(b.name) || (a.name < b.name ? -1 : 1));
}

/** Of each name and source one value, the surest: as many as are kept. In the order they came. */
export function settled(characteristics: readonly Characteristic[]): readonly Characteristic[] {
  const best: Characteristic[] = [];
  const places = new Map<string, number[]>();
  for (const one of characteristics) {
    const alike = places.get(one.name);
    const held = alike?.find((at) => best[at]?.source === one.source);
    if (held !== undefined) {
      if (one.confidence > (best[held]?.confidence ?? 0)) best[held] = one;
      continue;
    }
    const at = best.push(one) - 1;
    if (alike) alike.push(at);
    else places.set(one.name, [at]);
  }
  return best;
}

const outranks = (one: Characteristic, other: Characteristic): boolean =>
  one.source === other.source
    ? one.confidence > other.confidence
    : characteristicSources.indexOf(one.source) < characteristicSources.indexOf(other.source);

const places = new Map<string, number>(characteristicNames.map((name, index) => [name, index]));
const place = (name: string): number => places.get(name) ?? characteristicNames.length;
