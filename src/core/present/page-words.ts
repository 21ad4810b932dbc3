import { t } from "@vscode/l10n";
import type { PageWords } from "../protocol/page.ts";

/** The page has no translations of its own: it is handed these. */
export const pageWords = (): PageWords => ({
  queue: t("Queue"),
  logs: t("Logs"),
  views: t("Views of Model Deck"),
  deeds: { pause: t("Pause"), resume: t("Resume"), cancel: t("Cancel") },
  download: t("Download a model"),
  serve: t("Serve a model"),
  noDownloads: t("Nothing is being downloaded."),
  noLogs: t("No server has written a log yet."),
  noMatch: t("No line contains this text."),
  server: t("Server"),
  filter: t("Filter"),
  follow: t("Follow"),
  dropped: t("{0} earlier lines were let go"),
});
