import { t } from "@vscode/l10n";
import type {
  BenchmarkResult,
  ProfileDetails,
  ProfileDiff,
  ProfileImport,
  ProfileValue,
  ValueOrigin,
} from "../protocol/profiles.ts";
import { code, paragraphs, plain, table } from "./markdown.ts";
import { sizeWords } from "./units.ts";

/** A profile with where each value comes from, what is wrong with it, and how it is started. */
export function profileDocument({ profile, values, command, unknownFlags, benchmark }: ProfileDetails): string {
  return paragraphs(
    `# ${plain(profile.name)}`,
    plain(profile.description),
    profile.problems.map(({ line, problem }) => `- ${t("Line {0}: {1}", line, plain(problem))}`).join("\n"),
    unknownFlags.map((flag) => `- ${plain(unknownFlagWords(flag))}`).join("\n"),
    table(
      [t("Key"), t("Value"), t("From")],
      values.map(({ key, value, origin }) => [plain(key), code(valueWords(value)), plain(originWords(origin))]),
    ),
    command ? `\`\`\`sh\n${command.text.replaceAll("```", "'''")}\n\`\`\`` : "",
    benchmark ? benchmarkWords(benchmark) : "",
  );
}

export const benchmarkWords = (measured: BenchmarkResult): string =>
  t(
    "Measured {0}: {1} tokens a second generated, {2} of prompt read{3}.",
    measured.at.slice(0, 10),
    measured.generatedPerSecond,
    measured.promptPerSecond,
    measured.memoryBytes === undefined ? "" : `, ${sizeWords(measured.memoryBytes)}`,
  );

export function unknownFlagWords({ flag, renamedTo, near }: ProfileDetails["unknownFlags"][number]): string {
  if (renamedTo !== undefined) return t("The server does not know {0}: it was renamed to {1}.", flag, renamedTo);
  return near.length > 0
    ? t("The server does not know {0}: did you mean {1}?", flag, near.join(", "))
    : t("The server does not know {0}.", flag);
}

export function diffDocument({ left, right, differences }: ProfileDiff): string {
  const side = (value: ProfileValue | undefined): string => (value ? code(valueWords(value.value)) : "");
  return paragraphs(
    `# ${plain(left.name)} · ${plain(right.name)}`,
    differences.length === 0
      ? t("They say the same.")
      : table(
          [t("Value"), plain(left.id), plain(right.id)],
          differences.map((one) => [plain(one.key), side(one.left), side(one.right)]),
        ),
  );
}

export function importDocument({ target, profiles, text, problems }: ProfileImport): string {
  return paragraphs(
    `# ${t("Profiles to be brought over")}`,
    problems.map(plain).join("\n\n"),
    t("They go into {0}.", code(target)),
    profiles
      .filter((one) => one.problems.length > 0)
      .map(({ id, isNew, problems: own }) => {
        const words = plain(own.join("; "));
        return `- ${isNew ? code(id) : t("{0}, left out", code(id))}: ${words}`;
      })
      .join("\n"),
    text === "" ? t("Nothing of it is new.") : `\`\`\`yaml\n${text.replaceAll("```", "'''")}\`\`\``,
  );
}

export const valueWords = (value: ProfileValue["value"]): string =>
  typeof value === "object" ? value.join(" ") : String(value);

export function originWords(origin: ValueOrigin): string {
  switch (origin.kind) {
    case "file":
      return t("{0}, line {1}", origin.section, origin.line);
    case "compose":
      return t("compose service {0}", origin.service);
    case "setting":
      return t("setting {0}", origin.key);
    case "entry":
      return t("the model {0}", origin.entry);
    case "default":
      return t("default");
  }
}
