import * as vscode from "vscode";
import { profileRow } from "../../core/present/profile-words.ts";
import { nameOf, stepWords } from "../../core/present/serving-words.ts";
import { durationWords } from "../../core/present/units.ts";
import type { Profile } from "../../core/protocol/profiles.ts";
import type { Server, ServingStatus } from "../../core/protocol/serving.ts";
import type { CommandId } from "../contributions.ts";
import type { Choice } from "../pick.ts";

/** What the list behind the status bar can do. */
export type Deed =
  | { readonly kind: "switch"; readonly profile: string }
  | { readonly kind: "bench" | "cancel" | "loadWith" | "settings" | "unloadAll" }
  | { readonly kind: "command"; readonly command: CommandId }
  | { readonly kind: "stop"; readonly server: string };

export type Row = Choice<Deed | undefined>;

const separator: Row = { label: "", kind: vscode.QuickPickItemKind.Separator, value: undefined };

/** @param took milliseconds of the last load */
export function switcherRows(
  profiles: readonly Profile[],
  status: ServingStatus,
  took: (profile: string) => number | undefined,
): readonly Row[] {
  const up = status.servers.filter(({ state }) => state !== "off" && state !== "stopping");
  const rest: readonly Row[] = [
    // The button on each row does the same; the keyboard does not reach it.
    ...(profiles.length > 0
      ? [deedRow("settings", vscode.l10n.t("Load with Another Context, Layers or Cache Type…"), { kind: "loadWith" })]
      : []),
    ...(profiles.some(({ bench }) => bench)
      ? [deedRow("beaker", vscode.l10n.t("Benchmark Profiles…"), { kind: "bench" })]
      : []),
    ...up.map(({ server, ...rest }) =>
      deedRow("debug-stop", vscode.l10n.t("Unload {0}", nameOf({ server, ...rest })), { kind: "stop", server }),
    ),
    ...status.servers
      .filter(({ state, router }) => state === "off" && router !== undefined)
      .map(({ server, router = "" }) =>
        deedRow("debug-stop", vscode.l10n.t("Stop the Router {0}, Which Has No Model", router), {
          kind: "stop",
          server,
        }),
      ),
    ...(up.length > 1 ? [deedRow("clear-all", vscode.l10n.t("Unload All"), { kind: "unloadAll" })] : []),
    ...status.servers
      .slice(0, 1)
      .map(() => deedRow("output", vscode.l10n.t("Show Logs"), { kind: "command", command: "modelDeck.serving.logs" })),
  ];
  const cancel = status.switching
    ? [deedRow("close", vscode.l10n.t("Cancel the Switch to {0}", status.switching.to), { kind: "cancel" }), separator]
    : [];
  const own = profileRows(
    profiles.filter(({ bench }) => !bench),
    status,
    took,
  );
  return [
    ...cancel,
    ...own,
    ...(profiles.length === 0 ? noProfiles() : []),
    ...(rest.length > 0 ? [separator, ...rest] : []),
  ];
}

const deedRow = (icon: string, label: string, value: Deed): Row => ({ label: `$(${icon}) ${label}`, value });

/** Every GGUF model has a profile of its own, so that what is missing first is a model. */
const noProfiles = (): readonly Row[] => [
  {
    ...deedRow("cloud-download", vscode.l10n.t("Download Model…"), {
      kind: "command",
      command: "modelDeck.downloads.add",
    }),
    detail: vscode.l10n.t("There is nothing to serve yet. Each GGUF model in the list can be served as it is."),
  },
  {
    ...deedRow("search", vscode.l10n.t("Scan for Models…"), { kind: "command", command: "modelDeck.maintenance.scan" }),
    detail: vscode.l10n.t("Finds the models that are on this machine already."),
  },
  {
    ...deedRow("server-environment", vscode.l10n.t("Set Up What Serves Models…"), {
      kind: "command",
      command: "modelDeck.serving.setUp",
    }),
    detail: vscode.l10n.t("Looks for container engines and server programs, and says how to get what is missing."),
  },
  {
    ...deedRow("gear", vscode.l10n.t("Choose Files with Profiles…"), { kind: "settings" }),
    detail: vscode.l10n.t("For a models.conf or a modeldeck.yaml that you have."),
  },
];

/** By group, numbered from 1 to 9 in the order in which they stand. */
export function profileRows(
  profiles: readonly Profile[],
  status: ServingStatus,
  took: (profile: string) => number | undefined,
): readonly Row[] {
  const groups = new Set(profiles.map(({ group }) => group));
  let number = 0;
  return [...groups].flatMap((group) => [
    // A heading only where there is more than one group to tell apart.
    ...(groups.size > 1 ? [{ label: group, kind: vscode.QuickPickItemKind.Separator, value: undefined }] : []),
    ...profiles
      .filter((profile) => profile.group === group)
      .map((profile): Row => {
        number += 1;
        const server = status.servers.find((one) => one.profile === profile.id && one.state !== "off");
        return { ...rowOf(profile, server, took(profile.id), number), value: { kind: "switch", profile: profile.id } };
      }),
  ]);
}

export const loadWith: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("settings"),
  tooltip: vscode.l10n.t("Load with Another Context, Layers or Cache Type…"),
};

function rowOf(
  profile: Profile,
  server: Server | undefined,
  took: number | undefined,
  number: number,
): vscode.QuickPickItem {
  const row = profileRow(profile, server?.state === "ready");
  const state = server && server.state !== "ready" ? stepWords(server) : "";
  const last = took === undefined ? "" : vscode.l10n.t("last load: {0}", durationWords(took));
  return {
    label: number < 10 ? `${number}  ${row.label}` : row.label,
    description: [state, row.description].filter((part) => part !== "").join(" · "),
    detail: [row.detail, last].filter((part) => part !== "").join(" · "),
    buttons: [loadWith],
  };
}
