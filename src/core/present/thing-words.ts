import { t } from "@vscode/l10n";
import type { Thing } from "../util/faults.ts";

/** As a part of a sentence. */
export function thingWords(thing: Thing): string {
  const words: Record<Thing, string> = {
    repository: t("repository"),
    revision: t("revision"),
    file: t("file"),
    entry: t("model"),
    download: t("download"),
    task: t("task"),
    profile: t("profile"),
    server: t("server"),
    loaded: t("loaded model"),
    location: t("location"),
    program: t("program"),
    backend: t("back end"),
    role: t("role"),
    operation: t("operation"),
    plan: t("plan"),
    history: t("step of the history"),
    backup: t("backup"),
    trash: t("thing in the trash"),
  };
  return words[thing];
}
