import { t } from "@vscode/l10n";
import type { FileSize } from "./file-size.ts";
import type { CivitaiTerms, CivitaiVersion } from "./version.ts";

/** Civitai's switches in one line; undefined where it has none. */
export function licenceOf(terms: CivitaiTerms): string | undefined {
  const { allowCommercialUse, allowDerivatives, allowNoCredit, allowDifferentLicense } = terms;
  const uses = [allowCommercialUse ?? []]
    .flat()
    .flatMap((use) => use.replaceAll(/[{}]/g, "").split(","))
    .filter((use) => use !== "" && use !== "None");
  const said = [
    ...(allowCommercialUse === undefined
      ? []
      : [uses.length === 0 ? t("no commercial use") : t("commercial use: {0}", uses.join(", "))]),
    ...(allowDerivatives === false ? [t("no derivatives")] : []),
    ...(allowNoCredit === false ? [t("credit required")] : []),
    ...(allowDifferentLicense === false ? [t("same permissions for merges")] : []),
  ];
  return said.length === 0 ? undefined : said.join("; ").slice(0, 300);
}

/** Why not everyone can fetch it now; undefined: everyone can, as far as it was asked. */
export function closedWords(
  { availability, earlyAccessEndsAt }: CivitaiVersion,
  sizes: readonly FileSize[],
  now: number,
): { readonly gated: "auto" | "manual"; readonly because: string } | undefined {
  const end = Date.parse(earlyAccessEndsAt ?? "");
  if (Number.isFinite(end) ? end > now : availability === "EarlyAccess") {
    const because = Number.isFinite(end)
      ? t("Early access: open to everyone from {0}.", new Date(end).toISOString().slice(0, 10))
      : t("Early access: its makers open it to everyone later.");
    return { gated: "manual", because };
  }
  if (sizes.some(({ closed }) => closed === "signIn"))
    return { gated: "auto", because: t("Its makers ask for a sign-in: set a Civitai token.") };
  return sizes.some(({ closed }) => closed === "refused")
    ? { gated: "manual", because: t("Civitai does not give it to this account.") }
    : undefined;
}
