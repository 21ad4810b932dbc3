/** Medians of what each contender took relative to the first one of the same round, with their spread. */
export interface Ratio {
  readonly contender: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Runs all contenders in every round, the order turned round from one to the next (A B, B A, …), so that what else the
 * machine does meets them all. @param contenders name → measures once; the first is what the others are measured against
 */
export async function interleaved(
  contenders: Readonly<Record<string, () => Promise<number>>>,
  rounds: number,
): Promise<readonly Ratio[]> {
  const names = Object.keys(contenders);
  const [basis = "", ...others] = names;
  const ratios = new Map<string, number[]>(others.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const took = new Map<string, number>();
    for (const name of round % 2 === 0 ? names : names.toReversed())
      took.set(name, (await contenders[name]?.()) ?? Number.NaN);
    for (const name of others) ratios.get(name)?.push((took.get(basis) ?? Number.NaN) / (took.get(name) ?? Number.NaN));
  }
  return others.map((contender) => {
    const sorted = (ratios.get(contender) ?? []).toSorted((one, other) => one - other);
    const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
    return { contender, median: at(0.5), least: at(0), most: at(1) };
  });
}
