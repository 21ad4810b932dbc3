import { type Failure, type TierResult, together } from "./result.ts";

/** With more files than these it is no bad luck. */
const MOST = 4;

/**
 * Runs the files of what failed once more, whole and by themselves: real programs on a machine that does much else have
 * bad luck at times. A test that passes then has passed, and is told with what it said first, for it is to be mended.
 * @param rerun all tests of a file, in a process of its own
 */
export async function withSecondAttempt(
  first: TierResult,
  rerun: (file: string) => Promise<TierResult>,
): Promise<TierResult> {
  const files = new Set(first.failed.flatMap(({ file }) => file ?? []));
  if (files.size === 0 || files.size > MOST) return first;
  const results: TierResult[] = [];
  for (const file of files) results.push(await rerun(file));
  return settled(first, together(results));
}

/** Where all of it was run once more: what came out is the second's. */
export const wholeAgain = (first: TierResult, second: TierResult): TierResult => ({
  ...second,
  again: first.failed.filter((one) => !isAmong(second.failed, one)),
});

/** @param second of all files in which something failed at first */
function settled(first: TierResult, second: TierResult): TierResult {
  const again = first.failed.filter((one) => one.file !== undefined && !isAmong(second.failed, one));
  const fell = second.failed.filter((one) => !isAmong(first.failed, one));
  return {
    ...first,
    passed: first.passed + again.length - fell.length,
    failed: [...first.failed.filter(({ file }) => file === undefined), ...second.failed],
    again: [...(first.again ?? []), ...again],
  };
}

const isAmong = (list: readonly Failure[], { title }: Failure): boolean => list.some((one) => one.title === title);
