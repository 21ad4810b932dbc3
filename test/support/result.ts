/** A test or hook that failed. */
export interface Failure {
  readonly title: string;
  readonly error: string;
  /** Where it stands, absolute; undefined: no file of tests failed, but what runs them. */
  readonly file?: string;
  /** It is what runs the file that failed: no test of it. */
  readonly isRunner?: true;
}

/** Of the tests of one file. */
export interface FileResult {
  /** Titles. */
  readonly passed: readonly string[];
  readonly skipped: number;
}

/** What came out of a run of tests. */
export interface TierResult {
  readonly passed: number;
  readonly skipped: number;
  readonly failed: readonly Failure[];
  /** By file, where that is known. */
  readonly files?: Readonly<Record<string, FileResult>>;
  /** Those of the passed ones that did so at a second attempt only, with what they said at the first. */
  readonly again?: readonly Failure[];
}

export const nothing: TierResult = { passed: 0, skipped: 0, failed: [] };

export const together = (results: readonly TierResult[]): TierResult => ({
  passed: results.reduce((all, { passed }) => all + passed, 0),
  skipped: results.reduce((all, { skipped }) => all + skipped, 0),
  failed: results.flatMap(({ failed }) => failed),
  files: Object.assign({}, ...results.map(({ files = {} }) => files)),
  again: results.flatMap(({ again = [] }) => again),
});
