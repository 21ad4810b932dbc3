import type { Files } from "../../ports/files.ts";
import type { ProfileProblem, ProfileValidation, ProfileValue, UnknownFlag } from "../../protocol/profiles.ts";
import { composeBeside } from "../compose/beside.ts";
import type { FlagCheck } from "../flags/check-flags.ts";
import { judgeConf } from "../judge-conf.ts";
import type { ProfileBook } from "../profile-book.ts";
import { LARGEST_FILE, isYaml } from "../profile-file.ts";
import { judgeYaml } from "../yaml/judge-yaml.ts";
import type { SpecOf } from "./spec-of.ts";

interface Deps {
  readonly profiles: ProfileBook;
  readonly files: Files;
  readonly flags: FlagCheck;
  readonly specOf: SpecOf;
}

type Problem = ProfileValidation["problems"][number];

/**
 * A draft is judged by itself, as it is typed; files on the disk with the models they name and with their flags against
 * the server's own help.
 */
export async function validateFiles(
  draft: { readonly path: string; readonly text?: string | undefined } | undefined,
  root: string,
  deps: Deps,
  signal: AbortSignal,
): Promise<ProfileValidation> {
  const { files, profiles } = deps;
  if (draft?.text !== undefined) return { problems: await judge(draft.path, draft.text, root, files) };
  const { profiles: all, problems } = await profiles.list(signal);
  const found: Problem[] = [];
  const paths = new Set(draft ? [draft.path] : all.flatMap(({ file }) => (file === "" ? [] : [file])));
  for (const path of paths) {
    const text = await files.readText(path, LARGEST_FILE);
    if (text === undefined) found.push({ file: path, line: 1, problem: "The file is not there", severity: "error" });
    else found.push(...(await judge(path, text, root, files)));
  }
  const told = new Set(found.map(keyOf));
  // What is in force of a file with errors is of an earlier text, with other lines.
  const broken = new Set(found.flatMap(({ file, severity }) => (severity === "error" ? [file] : [])));
  const ofModels = all
    .filter(({ file }) => paths.has(file) && !broken.has(file))
    .flatMap(({ id, file, problems: own }) => own.map((problem) => ({ file, profile: id, ...problem })));
  const more = [...problems, ...ofModels].filter((one) => (!draft || one.file === draft.path) && !told.has(keyOf(one)));
  const flagged: Problem[] = [];
  for (const profile of all.filter(({ file }) => paths.has(file))) {
    const { values } = await profiles.show(profile.id, signal);
    flagged.push(...(await flagProblems(profile.id, profile.file, profile.line, values, deps, signal)));
  }
  return {
    problems: [...found, ...more, ...flagged].toSorted((a, b) =>
      a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line,
    ),
  };
}

async function judge(path: string, text: string, root: string, files: Files): Promise<readonly Problem[]> {
  const { written, stray } = isYaml(path)
    ? judgeYaml(text, path, root)
    : judgeConf(text, path, root, await composeBeside(path, files));
  return [
    ...stray.map((problem) => ({ file: path, ...problem })),
    ...written.flatMap(({ shown }) => shown.problems.map((problem) => ({ file: path, profile: shown.id, ...problem }))),
  ].toSorted((a, b) => a.line - b.line);
}

const keyOf = ({ file, line, problem }: ProfileProblem & { readonly file: string }): string =>
  JSON.stringify([file, line, problem]);

async function flagProblems(
  id: string,
  file: string,
  line: number,
  values: readonly ProfileValue[],
  { profiles, specOf, flags }: Deps,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const origin = values.find(({ key }) => key === "args")?.origin;
  if (!origin) return [];
  try {
    const { spec, runtime, program } = await specOf(await profiles.find(id, signal), undefined, {}, signal);
    const unknown = await flags.check(spec.args, program, runtime, signal);
    const at = origin.kind === "file" ? origin.line : line;
    return unknown.map((flag) => ({
      file,
      line: at,
      profile: id,
      problem: flagWords(flag),
      severity: "warning" as const,
    }));
  } catch {
    signal.throwIfAborted();
    // Without a runtime nobody knows its flags.
    return [];
  }
}

export function flagWords({ flag, renamedTo, near }: UnknownFlag): string {
  if (renamedTo !== undefined) return `The server does not know ${flag}: it was renamed to ${renamedTo}`;
  return `The server does not know ${flag}${near.length > 0 ? `: did you mean ${near.join(" or ")}?` : ""}`;
}
