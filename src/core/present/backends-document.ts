import { t } from "@vscode/l10n";
import type { BackendStatus, RuntimeAvailability } from "../protocol/serving.ts";
import { code, paragraphs, plain, table } from "./markdown.ts";

/** What each back end found here, what it lacks, and the one next step of each lack; Markdown. */
export const backendsDocument = (backends: readonly BackendStatus[]): string =>
  paragraphs(`# ${t("What can serve models here")}`, ...backends.flatMap(partsOf));

const partsOf = ({ backend, runtimes, image, binary, usable, missing }: BackendStatus): readonly string[] => [
  `## ${plain(backend)}`,
  usable ? t("A model of it can be served now.") : t("Nothing of it can be served now."),
  table([t("What"), t("State")], [...runtimes.map(runtimeRow), ...imageRow(image), ...binaryRow(binary)]),
  missing
    .map(({ what, pull, command }) =>
      pull !== undefined
        ? `- ${t("{0} is not here: Model Deck: Pull Server Image… fetches it.", code(what))}`
        : command === undefined
          ? `- ${t("{0} is missing.", code(what))}`
          : `- ${code(what)}: ${code(command)}`,
    )
    .join("\n"),
];

function runtimeRow(runtime: RuntimeAvailability): readonly string[] {
  const what = runtime.kind === "container" ? t("in containers") : t("as a program");
  if (!runtime.available) return [what, plain([runtime.reason.message, runtime.reason.remedy ?? ""].join(" ").trim())];
  const where = runtime.host === undefined ? "" : ` (${t("on {0}", plain(runtime.host))})`;
  return [what, `${t("version {0}, at {1}", plain(runtime.version), code(runtime.address))}${where}`];
}

const imageRow = (image: BackendStatus["image"]): readonly (readonly string[])[] =>
  image === undefined
    ? []
    : [[code(image.name), image.present ? code((image.digest ?? "").slice(0, 19)) : t("not on this machine")]];

const binaryRow = (binary: BackendStatus["binary"]): readonly (readonly string[])[] =>
  binary?.path === undefined ? [] : [[code(binary.name), code(binary.path)]];
