import * as vscode from "vscode";
import { fitBadge } from "../core/present/fit-words.ts";
import { warningsOf } from "../core/present/hit-row.ts";
import { versionFacts, versionLine } from "../core/present/version-words.ts";
import type { HubAnalysis, HubChoice } from "../core/protocol/hub.ts";
import type { Ask } from "./ask.ts";
import { askReference } from "./ask-reference.ts";
import { lookAt } from "./look-at.ts";
import { type PickedOr, pickManyOr, pickOne } from "./pick.ts";
import { locationNames, modelFolders } from "./settings.ts";

/** From a name to queued downloads; asks what it must and no more. Hands back their ids; empty where it was given up. */
export async function downloadFlow(ask: Ask, signal: AbortSignal): Promise<readonly string[]> {
  const analysis = await askReference(ask, vscode.l10n.t("Download Model"));
  return analysis ? queueFlow(ask, analysis, signal) : [];
}

/** The same for a model that was looked at. */
export async function queueFlow(ask: Ask, first: HubAnalysis, signal: AbortSignal): Promise<readonly string[]> {
  let analysis = first;
  let picked = await pickChoices(analysis);
  while (picked?.way === "version") {
    analysis = (await pickVersion(ask, analysis, signal)) ?? analysis;
    picked = await pickChoices(analysis);
  }
  if (!picked) return [];
  const { values: choices } = picked;
  if (picked.way === "form") {
    await vscode.commands.executeCommand("modelDeck.downloads.form", { analysis, picked: choices });
    return [];
  }
  if (!(await mayFetch(analysis, choices))) return [];
  const location = await pickLocation(vscode.l10n.t("Download Model"));
  if (location === undefined) return [];
  const ids: string[] = [];
  for (const { files } of choices) {
    // The revision as it was asked for, as it names the folder; the core pins it to the commit.
    const args = { model: analysis.repository, revision: analysis.revision, files };
    const added = await ask("downloads.add", location === "" ? args : { ...args, location }, signal);
    ids.push(...added.ids);
  }
  const what = choices.map(({ label }) => label).join(", ");
  vscode.window.setStatusBarMessage(`$(cloud-download) ${vscode.l10n.t("Queued: {0}", what)}`, 5000);
  return ids;
}

/** To another version, or to the form with what was picked so far. */
type Way = "version" | "form";

function pickChoices(analysis: HubAnalysis): Promise<PickedOr<HubChoice, Way> | undefined> {
  const { choices, versions = [] } = analysis;
  const isOne = choices.length === 1;
  const toKnow = hints(analysis);
  const another = { label: `$(versions) ${vscode.l10n.t("Another Version…")}`, way: "version" } as const;
  const more = { label: `$(settings) ${vscode.l10n.t("More Options…")}`, way: "form" } as const;
  const shown = versions.find(({ revision }) => revision === analysis.revision);
  return pickManyOr<HubChoice, Way>(
    {
      title: analysis.title ?? analysis.repository,
      placeholder: isOne
        ? vscode.l10n.t("Enter downloads it")
        : [vscode.l10n.t("What to download"), ...toKnow].join(" · "),
      none: vscode.l10n.t("{0} holds no model files that Model Deck knows.", analysis.repository),
    },
    choices.map((choice) => ({
      value: choice,
      label: choice.label,
      description: [
        // Where there are no quantizations, the label begins with it.
        choice.label.startsWith(choice.format) ? "" : choice.format,
        choice.files.length > 1 ? vscode.l10n.t("{0} files", choice.files.length) : "",
        fitHint(choice),
        choice.alreadyHere === undefined ? "" : `$(check) ${vscode.l10n.t("already here")}`,
        ...warningsOf(analysis, choice.files).map((warning) => `$(warning) ${warning}`),
      ]
        .filter((part) => part !== "")
        .join(" · "),
      ...(isOne && { detail: `${analysis.gated === false ? "" : "$(lock) "}${toKnow.join(" · ")}` }),
    })),
    [...(versions.length > 1 ? [{ ...another, description: shown ? versionLine(shown) : "" }] : []), more],
  );
}

/** Looks at another version; undefined: given up, it stays with the one there was. */
async function pickVersion(ask: Ask, analysis: HubAnalysis, signal: AbortSignal): Promise<HubAnalysis | undefined> {
  const { versions = [], repository, title = repository } = analysis;
  const picked = await pickOne(
    { title, placeholder: vscode.l10n.t("Which version"), none: "" },
    versions.map((version) => ({
      value: version,
      label: version.name,
      description: [
        versionFacts(version),
        version.revision === analysis.revision ? `$(check) ${vscode.l10n.t("this one")}` : "",
      ]
        .filter((part) => part !== "")
        .join(" · "),
    })),
  );
  if (!picked || picked.revision === analysis.revision) return undefined;
  return lookAt(ask, { model: repository, revision: picked.revision }, picked.name, signal);
}

function fitHint({ fit = [] }: HubChoice): string {
  const badge = fitBadge(fit);
  return badge ? `${badge.warns ? "$(warning) " : ""}${badge.words}` : "";
}

/** What scanners say of the chosen files is not passed over. */
async function mayFetch(analysis: HubAnalysis, choices: readonly HubChoice[]): Promise<boolean> {
  const warned = warningsOf(
    analysis,
    choices.flatMap(({ files }) => files),
  );
  if (warned.length === 0) return true;
  const yes = vscode.l10n.t("Download Anyway");
  const pressed = await vscode.window.showWarningMessage(
    vscode.l10n.t("Download {0}?", analysis.title ?? analysis.repository),
    { modal: true, detail: warned.join("\n") },
    yes,
  );
  return pressed === yes;
}

const hints = ({ licence, gated, gatedBecause }: HubAnalysis): readonly string[] => [
  // First, as a narrow box cuts off the end.
  ...(gated === false ? [] : [gatedBecause ?? vscode.l10n.t("gated: its terms must be accepted first")]),
  ...(licence === undefined ? [] : [vscode.l10n.t("licence {0}", licence)]),
];

/** "": the default one. undefined: given up. */
async function pickLocation(title: string): Promise<string | undefined> {
  const names = locationNames();
  const folders = modelFolders();
  if (names.length < 2) return "";
  return pickOne(
    { title, placeholder: vscode.l10n.t("Where to put it"), none: "" },
    names.map((name) => ({
      value: name,
      label: name,
      description: folders.find((one) => one.name === name)?.path ?? "",
    })),
  );
}
