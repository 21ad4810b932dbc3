import { t } from "@vscode/l10n";
import type { BackendStatus } from "../protocol/serving.ts";

/** One thing that a back end needs: it is there, or how it is had. */
export interface BackendRow {
  readonly label: string;
  readonly detail: string;
  readonly way:
    | { readonly kind: "there" }
    | { readonly kind: "pull"; readonly image: string }
    | { readonly kind: "copy"; readonly command: string }
    | { readonly kind: "unknown" };
}

/** What is there first, then what is missing with the way to get it. */
export function backendRows(backends: readonly BackendStatus[]): readonly BackendRow[] {
  const there: BackendRow[] = [];
  const missing: BackendRow[] = [];
  for (const { backend, runtimes, missing: lacks } of backends) {
    for (const runtime of runtimes)
      if (runtime.available)
        there.push({
          label: runtime.kind === "container" ? t("{0} in containers", backend) : t("{0} as a program", backend),
          detail: t("version {0}, at {1}", runtime.version, runtime.address),
          way: { kind: "there" },
        });
    for (const lack of lacks) missing.push(missingRow(backend, lack));
    // What is there and cannot be used is had by no command: it says itself what is to be done.
    if (lacks.length === 0)
      for (const runtime of runtimes)
        if (!runtime.available && runtime.reason.code.startsWith("engine"))
          missing.push({
            label: runtime.reason.message,
            detail: runtime.reason.remedy ?? "",
            way: { kind: "unknown" },
          });
  }
  return [...there, ...missing];
}

function missingRow(backend: string, { what, pull, command, deed }: BackendStatus["missing"][number]): BackendRow {
  if (pull !== undefined)
    return { label: t("Pull {0}", what), detail: t("the image of {0}", backend), way: { kind: "pull", image: pull } };
  if (command !== undefined)
    return { label: commandLabel(what, deed), detail: t("copies: {0}", command), way: { kind: "copy", command } };
  return { label: t("{0} is missing", what), detail: t("for {0}", backend), way: { kind: "unknown" } };
}

function commandLabel(what: string, deed: BackendStatus["missing"][number]["deed"]): string {
  switch (deed) {
    case "start":
      return t("Start {0}", what);
    case "allow":
      return t("Let This User Use {0}", what);
    case undefined:
      return t("Install {0}", what);
  }
}
