import type { ProfileList } from "../protocol/profiles.ts";
import type { Settings } from "../settings.ts";
import { isAbsolutePath } from "./model-path.ts";
import type { ProfileFile } from "./profile-file.ts";

type Problems = ProfileList["problems"];

/** What is wrong with the files as a whole, and with names that stand twice. */
export const bookProblems = (settings: Settings, known: ReadonlyMap<string, ProfileFile>): Problems => [
  ...settings.profiles.files
    .filter((path) => !isAbsolutePath(path))
    .map((file) => ({ file, line: 1, problem: "The path is not absolute", severity: "error" as const })),
  ...[...known].flatMap(([file, { problems }]) => problems.map((problem) => ({ file, ...problem }))),
  ...standTwice(known),
];

function standTwice(known: ReadonlyMap<string, ProfileFile>): Problems {
  const first = new Map<string, string>();
  const ids = new Map<string, string>();
  const problems: Problems[number][] = [];
  const profiles = [...known.values()].flatMap(({ profiles }) => profiles.map(({ shown }) => shown));
  for (const { id, file, line } of profiles) {
    const earlier = ids.get(id);
    ids.set(id, earlier ?? file);
    if (earlier !== undefined && earlier !== file)
      problems.push({
        file,
        line,
        problem: `[${id}] stands in ${earlier} already, which is used`,
        severity: "warning",
      });
  }
  for (const { id, file, line, aliases } of profiles)
    for (const alias of aliases) {
      const holder = ids.has(alias) ? alias : first.get(alias);
      first.set(alias, holder ?? id);
      if (holder !== undefined && holder !== id)
        problems.push({ file, line, problem: `The alias ${alias} is ${holder}'s already`, severity: "warning" });
    }
  return problems;
}
