import { t } from "@vscode/l10n";
import type { Trouble } from "../protocol/downloads.ts";
import { clockWords } from "./time.ts";

/** Why a download stands still, or goes back, without anything having failed. Times are milliseconds since 1970. */
export const waitsUntil = (until: number, now: number): Trouble => ({
  code: "scheduled",
  message: t("It waits for {0}.", clockWords(new Date(until).toISOString(), new Date(now))),
  remedy: t("Resume it to start now."),
  facts: { until: new Date(until).toISOString() },
});

export const waitsForHost = (host: string): Trouble => ({
  code: "offline",
  message: t("{0} cannot be reached.", host),
  remedy: t("It goes on by itself once there is a connection."),
  facts: { host },
});

export const waitsForDisk = (folder: string): Trouble => ({
  code: "diskSilent",
  message: t("The disk of {0} does not answer.", folder),
  remedy: t("It goes on by itself once the disk answers."),
  facts: { folder },
});

export const waitsForOther = (file: string): Trouble => ({
  code: "writtenElsewhere",
  message: t("Another program is fetching {0} into this cache.", file),
  remedy: t("It goes on by itself when that has ended."),
  facts: { file },
});

export const startsOver = (file: string): Trouble => ({
  code: "startsOver",
  message: t("{0} starts over: what was there could not be used.", file),
  facts: { file },
});
