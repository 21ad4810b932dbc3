import { t } from "@vscode/l10n";
import type { HubAnalysis } from "../protocol/hub.ts";
import type { HistoryRow } from "../protocol/maintenance.ts";
import type { EntryDetails } from "../protocol/models.ts";
import type { ServingStatus } from "../protocol/serving.ts";
import type { GpuStatus } from "../protocol/system.ts";
import { gpuTable, holders } from "./gpu-words.ts";
import { recentChanges } from "./history-row.ts";
import { takesContext } from "./badges.ts";
import { code, paragraphs, plain, table } from "./markdown.ts";
import { fitBadge, fitTable } from "./fit-words.ts";
import { characteristicsTable, entryFacts, placesList, proofWords, warnings } from "./model-row.ts";
import { serverFacts } from "./serving-words.ts";
import { sizeWords } from "./units.ts";

/** Markdown pages for what a person asks to see. */

/** @param changes what touched it, newest first */
export function entryDocument(entry: EntryDetails, changes: readonly HistoryRow[] = []): string {
  const { characteristics, places = [] } = entry;
  const fit = takesContext(entry) ? (entry.fit ?? []) : [];
  return paragraphs(
    `# ${plain(entry.displayName)}`,
    warnings(entry).replaceAll(codicon, ""),
    entryFacts(entry),
    `${t("Name")}: ${code(entry.name)}`,
    fit.length > 0 ? `## ${t("Fit")}` : "",
    fitTable(fit),
    `## ${t("Files")}`,
    table(
      [t("File"), t("Size"), t("Proof"), "sha256"],
      entry.files.map((file) => [
        code(file.path),
        sizeWords(file.sizeBytes),
        proofWords(file.proof),
        file.sha256 === undefined ? "–" : code(file.sha256),
      ]),
    ),
    characteristics.length > 0 ? `## ${t("Characteristics")}` : "",
    characteristicsTable(characteristics),
    places.length > 0 ? `## ${t("Places")}` : "",
    placesList(places),
    changes.length > 0 ? `## ${t("Recent changes")}` : "",
    recentChanges(changes),
  );
}

export function statusDocument({ servers, switching, runtime }: ServingStatus): string {
  const up = servers.filter(({ state }) => state !== "off");
  const engine =
    runtime === undefined
      ? ""
      : runtime.available
        ? t(
            "Runs by {0}, version {1}, at {2}.",
            runtimeWords(runtime.kind),
            plain(runtime.version),
            code(runtime.address),
          )
        : plain([runtime.reason.message, runtime.reason.remedy ?? ""].join(" ").trim());
  return paragraphs(
    `# ${t("What is served")}`,
    switching === undefined ? "" : t("Switching to {0}.", plain(switching.to)),
    up.length === 0 ? t("No model is served.") : "",
    ...up.map(serverFacts),
    engine,
  ).replaceAll(codicon, "");
}

/** A document draws no icons. */
const codicon = /\$\([\w~-]+\) /g;

const runtimeWords = (kind: "container" | "process"): string =>
  kind === "container" ? t("a container engine") : t("a local program");

export function analysisDocument(analysis: HubAnalysis): string {
  return paragraphs(
    `# ${plain(analysis.repository)}`,
    [
      `${t("Page")}: <${analysis.page}>`,
      `${t("Revision")}: ${plain(analysis.revision)} (${code(analysis.commit.slice(0, 12))})`,
      analysis.licence === undefined ? "" : `${t("Licence")}: ${plain(analysis.licence)}`,
      analysis.gated === false ? "" : t("Gated: its terms must be accepted on its page."),
      analysis.private ? t("Private") : "",
    ]
      .filter((line) => line !== "")
      .join("  \n"),
    analysis.choices.length > 0 ? `## ${t("Choices")}` : "",
    table(
      [t("Choice"), t("Format"), t("Size"), t("Fit"), t("Here as")],
      analysis.choices.map((choice) => [
        plain(choice.label),
        plain(choice.format),
        sizeWords(choice.sizeBytes),
        plain(fitBadge(choice.fit ?? [])?.sentence ?? "–"),
        choice.alreadyHere === undefined ? "–" : plain(choice.alreadyHere),
      ]),
    ),
    `## ${t("Files")}`,
    table(
      [t("File"), t("Size"), t("Format"), t("Digest")],
      analysis.files.map((file) => [
        code(file.path),
        sizeWords(file.sizeBytes),
        file.format === undefined ? "–" : plain(file.format),
        file.sha256 ? "sha256" : file.gitSha1 ? t("git's sha1") : t("none"),
      ]),
    ),
    characteristicsTable(analysis.characteristics),
  );
}

export const gpuDocument = (status: GpuStatus): string =>
  paragraphs(
    `# ${t("GPUs")}`,
    status.gpus.length === 0 ? t("No GPU was found.") : gpuTable(status.gpus),
    ...status.gpus.map((gpu) => holders(gpu, true)),
  );
