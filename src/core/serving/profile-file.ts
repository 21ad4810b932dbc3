import type { Files } from "../ports/files.ts";
import type { ProfileProblem } from "../protocol/profiles.ts";
import { isFault, reasonOf } from "../util/faults.ts";
import { bytes } from "../util/ids.ts";
import { type Environment, composeBeside } from "./compose/beside.ts";
import { composeNames } from "./compose/parse-compose.ts";
import { judgeConf } from "./judge-conf.ts";
import { folderOf } from "./model-path.ts";
import type { ReadProfile } from "./settle-profile.ts";
import { judgeYaml } from "./yaml/judge-yaml.ts";

/** What one file of profiles says, with what it last said without an error in force. */
export interface ProfileFile {
  /** Changes with the file, what lies beside it, and the root its models are looked for in. */
  readonly stamp: string;
  /** Those in force. */
  readonly profiles: readonly ReadProfile[];
  /** As the file is now; the same as `profiles` unless it is broken. */
  readonly written: readonly ReadProfile[];
  /** Errors that keep the file's new state out, and what else is wrong outside of profiles. */
  readonly problems: readonly FileProblem[];
}

/** `file` where it is of another one, as of a compose file beside. */
export type FileProblem = ProfileProblem & { readonly file?: string };

/** A file as it is written, before it is known whether it comes into force. */
export interface Judged {
  readonly written: readonly ReadProfile[];
  /** Outside of profiles. */
  readonly stray: readonly FileProblem[];
}

export const LARGEST_FILE = bytes(10 * 2 ** 20);

export const isYaml = (file: string): boolean => /\.ya?ml$/i.test(file);

/** @param before what was known of it; handed back where the file has not changed */
export async function readProfileFile(
  file: string,
  root: string,
  before: ProfileFile | undefined,
  files: Files,
  environment: Environment,
): Promise<ProfileFile> {
  const beside = isYaml(file) ? [] : [...composeNames, ".env"].map((name) => `${folderOf(file)}/${name}`);
  const facts = await Promise.all([file, ...beside].map((one) => files.stat(one).catch(() => undefined)));
  const stamp = JSON.stringify([root, ...facts.map((one) => one && [one.modified, one.size, one.identity])]);
  if (before?.stamp === stamp && facts[0]) return before;
  const broken = (problem: string): ProfileFile => ({
    stamp,
    profiles: before?.profiles ?? [],
    written: before?.profiles ?? [],
    problems: [{ line: 1, problem, severity: "error" }],
  });
  try {
    const text = await files.readText(file, LARGEST_FILE);
    if (text === undefined) return broken("The file is not there");
    const judged = isYaml(file)
      ? judgeYaml(text, file, root)
      : judgeConf(text, file, root, await composeBeside(file, files, environment));
    return settleFile(judged, stamp, before);
  } catch (error) {
    return broken(isFault(error, "fileUnreadable") ? error.fault.reason : reasonOf(error));
  }
}

function settleFile({ written, stray }: Judged, stamp: string, before: ProfileFile | undefined): ProfileFile {
  const errors = [
    ...stray,
    ...written.flatMap(({ shown }) => shown.problems.filter(({ severity }) => severity === "error")),
  ].sort((a, b) => a.line - b.line);
  const isBroken = errors.some(({ severity }) => severity === "error");
  // Without a state that was good, what is good of this one is better than nothing.
  const profiles = isBroken && before && before.profiles.length > 0 ? before.profiles : written;
  return { stamp, profiles, written, problems: errors };
}
