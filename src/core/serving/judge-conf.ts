import type { ComposeBeside } from "./compose/beside.ts";
import { withoutEffect } from "./compose/without-effect.ts";
import { parseConf } from "./models-conf.ts";
import type { FileProblem, Judged } from "./profile-file.ts";
import { readProfile } from "./read-profile.ts";

export function judgeConf(text: string, file: string, root: string, beside?: ComposeBeside): Judged {
  const conf = parseConf(text);
  const written = conf.sections.map((section) =>
    readProfile(
      section,
      conf.problems.filter((problem) => problem.section === section.id),
      file,
      root,
      beside,
    ),
  );
  const stray = conf.problems
    .filter((problem) => problem.section === undefined)
    .map(({ line, problem }): FileProblem => ({ line, problem, severity: "error" }));
  // A compose file that cannot be used is as if it were not there, and says so.
  if (beside?.problem) stray.push({ ...beside.problem, file: beside.file, severity: "warning" });
  if (beside?.service)
    for (const problem of withoutEffect(beside.service))
      stray.push({ ...problem, file: beside.file, severity: "warning" });
  return { written, stray };
}
