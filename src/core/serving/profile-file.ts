import type { Files } from "../ports/files.ts";
import type { ProfileProblem } from "../protocol/serving.ts";
import { isFault, reasonOf } from "../util/faults.ts";
import { bytes } from "../util/ids.ts";
import { parseConf } from "./models-conf.ts";
import { type ReadProfile, readProfile } from "./read-profile.ts";

/** What one file of profiles says, with what it last said without an error in force. */
export interface ProfileFile {
  /** Changes with the file and with the root its models are looked for in. */
  readonly stamp: string;
  /** Those in force. */
  readonly profiles: readonly ReadProfile[];
  /** As the file is now; the same as `profiles` unless it is broken. */
  readonly written: readonly ReadProfile[];
  /** Errors that keep the file's new state out, and what else is wrong outside of profiles. */
  readonly problems: readonly ProfileProblem[];
}

const LARGEST = bytes(10 * 2 ** 20);

/** @param before what was known of it; handed back where the file has not changed */
export async function readProfileFile(
  file: string,
  root: string,
  before: ProfileFile | undefined,
  files: Files,
): Promise<ProfileFile> {
  const facts = await files.stat(file).catch(() => undefined);
  const stamp = JSON.stringify([root, facts?.modified, facts?.size, facts?.identity]);
  if (before?.stamp === stamp && facts) return before;
  const broken = (problem: string): ProfileFile => ({
    stamp,
    profiles: before?.profiles ?? [],
    written: before?.profiles ?? [],
    problems: [{ line: 1, problem, severity: "error" }],
  });
  try {
    const text = await files.readText(file, LARGEST);
    if (text === undefined) return broken("The file is not there");
    return judge(text, file, root, stamp, before);
  } catch (error) {
    return broken(isFault(error, "fileUnreadable") ? error.fault.reason : reasonOf(error));
  }
}

function judge(text: string, file: string, root: string, stamp: string, before: ProfileFile | undefined): ProfileFile {
  const conf = parseConf(text);
  const written = conf.sections.map((section) =>
    readProfile(
      section,
      conf.problems.filter((problem) => problem.section === section.id),
      file,
      root,
    ),
  );
  const stray = conf.problems
    .filter((problem) => problem.section === undefined)
    .map(({ line, problem }): ProfileProblem => ({ line, problem, severity: "error" }));
  const errors = [
    ...stray,
    ...written.flatMap(({ shown }) => shown.problems.filter(({ severity }) => severity === "error")),
  ].sort((a, b) => a.line - b.line);
  // Without a state that was good, what is good of this one is better than nothing.
  const profiles = errors.length > 0 && before && before.profiles.length > 0 ? before.profiles : written;
  return { stamp, profiles, written, problems: errors };
}
