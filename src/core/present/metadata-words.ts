import { t } from "@vscode/l10n";
import type { LockfileOutcome, MetadataFound, MetadataSource } from "../protocol/metadata.ts";
import { characteristicWords } from "./characteristic-words.ts";
import { code, paragraphs, plain, table } from "./markdown.ts";

/** As `Metadata of 3 models found; of 2 nobody knows any.` */
export function fetchedWords(found: readonly MetadataFound[]): string {
  const known = found.filter(({ from }) => from !== undefined).length;
  const failed = found.filter(({ reason }) => reason !== undefined).length;
  const unknown = found.length - known - failed;
  return [
    known === 1 ? t("Metadata of 1 model found.") : t("Metadata of {0} models found.", known),
    unknown > 0 ? t("Of {0} nobody knows any.", unknown) : "",
    failed > 0 ? t("{0} could not be asked for.", failed) : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

export const removedWords = (found: readonly MetadataFound[]): string =>
  found.length === 1
    ? t("Fetched metadata of 1 model removed.")
    : t("Fetched metadata of {0} models removed.", found.length);

/** Markdown: a line a model. */
export const fetchedDocument = (title: string, found: readonly MetadataFound[]): string =>
  paragraphs(
    `# ${plain(title)}`,
    table(
      [t("Model"), t("From"), t("Brought"), t("Written")],
      found.map(({ entry, from, page, fields, written, reason }) => [
        plain(entry),
        reason ? plain(reason.message) : from ? (page ? `[${sourceName(from)}](<${page}>)` : sourceName(from)) : "–",
        fields.length > 0 ? plain(fields.map(characteristicWords).join(", ")) : "–",
        written.length > 0 ? written.map(code).join(" ") : "–",
      ]),
    ),
  );

const sourceName = (source: MetadataSource): string => (source === "civitai" ? "Civitai" : "Hugging Face");

/** As `24 models written to models.lock.json; 2 left out.` */
export function exportedWords({ path, models, leftOut }: LockfileOutcome): string {
  const said = t("{0} models written to {1}.", models, path);
  return leftOut.length === 0 ? said : `${said} ${t("{0} left out.", leftOut.length)}`;
}

/** As `24 models: 20 are here, 4 downloads queued.` */
export function lockedWords({ models, here, downloads, leftOut }: LockfileOutcome): string {
  const said = t("{0} models: {1} are here, {2} downloads queued.", models, here.length, downloads.length);
  return leftOut.length === 0 ? said : `${said} ${t("{0} left out.", leftOut.length)}`;
}

/** Markdown: what was left out, and why. */
export const leftOutDocument = (title: string, { leftOut }: LockfileOutcome): string =>
  paragraphs(
    `# ${plain(title)}`,
    table(
      [t("Left out"), t("Why")],
      leftOut.map(({ name, reason }) => [plain(name), plain(reason)]),
    ),
  );
