/** What came out of a run of tests. */
export interface TierResult {
  readonly passed: number;
  readonly skipped: number;
  readonly failed: readonly { readonly title: string; readonly error: string }[];
}

export const nothing: TierResult = { passed: 0, skipped: 0, failed: [] };

export const together = (results: readonly TierResult[]): TierResult => ({
  passed: results.reduce((all, { passed }) => all + passed, 0),
  skipped: results.reduce((all, { skipped }) => all + skipped, 0),
  failed: results.flatMap(({ failed }) => failed),
});
