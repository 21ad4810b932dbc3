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
  let all = first;
  for (const file of files) all = settled(all, file, await rerun(file));
  return all;
}

/** Of the file what the second attempt says holds, and what failed at first must have passed there. */
function settled(first: TierResult, file: string, second: TierResult): TierResult {
  const before = first.failed.filter((one) => one.file === file);
  const passed = new Set(Object.values(second.files ?? {}).flatMap((one) => one.passed));
  const isWhole = second.failed.length === 0 && second.passed > 0;
  // What every test of a suite stands on is no test, and has no title there.
  const isMended = ({ title, isRunner }: Failure): boolean =>
    passed.has(title) || (isWhole && (isRunner === true || HOOK.test(title)));
  const again = before.filter(isMended);
  const lost = before.filter((one) => !isMended(one) && second.failed.every(({ title }) => title !== one.title));
  const { passed: was = [], skipped = 0 } = first.files?.[file] ?? {};
  return {
    ...together([first, second]),
    passed: first.passed - was.length + second.passed,
    skipped: first.skipped - skipped + second.skipped,
    failed: [...first.failed.filter((one) => one.file !== file), ...lost, ...second.failed],
    again: [...(first.again ?? []), ...again],
  };
}

/** As mocha calls them. */
const HOOK = /^(?:.* )?"(?:before|after)(?: all| each)" hook\b/;
