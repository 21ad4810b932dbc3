import { t } from "@vscode/l10n";

/** What scanners found, in the source's words; `Success` is none. */
export interface ScanWords {
  readonly pickle: string | undefined;
  readonly virus: string | undefined;
}

/** What is to be known before such a file is fetched; undefined: nothing. */
export function pickleWarning(format: string | undefined, scans: ScanWords | undefined): string | undefined {
  const bad = (said: string | undefined): said is string =>
    said !== undefined && !/^(?:success|safe|ok|pending)$/i.test(said);
  const pickle = scans?.pickle?.slice(0, 60);
  const virus = scans?.virus?.slice(0, 60);
  if (bad(virus)) return t("The virus scan of its source says: {0}.", virus);
  if (bad(pickle)) return t("The pickle scan of its source says: {0}.", pickle);
  if (format !== "pytorch") return undefined;
  return pickle !== undefined && /^(?:success|safe|ok)$/i.test(pickle)
    ? t("A pickle: it can run code when it is loaded. Its source has scanned it and found nothing.")
    : t("A pickle: it can run code when it is loaded, and no scan of it is known.");
}
