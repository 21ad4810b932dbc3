import * as vscode from "vscode";
import { profileRow } from "../core/present/profile-words.ts";
import { nameOf } from "../core/present/serving-words.ts";
import type { Profile, ServingStatus } from "../core/protocol/serving.ts";
import type { Ask } from "./ask.ts";
import { type Choice, pickOne } from "./pick.ts";
import { type KnownFits, pickProfile } from "./profile-picker.ts";
import type { Reading } from "./reading.ts";
import type { Report } from "./report.ts";

/** Changing what is served, as a person does it. */
export interface Switcher {
  /** The list behind the status bar: profiles, and what else can be done to what runs. */
  choose(): Promise<void>;
  switchTo(profile: string): Promise<void>;
  stop(server?: string): Promise<void>;
  /** Gives up the switch this window asked for. */
  cancel(): void;
}

type Deed =
  | { readonly kind: "switch"; readonly profile: string }
  | { readonly kind: "bench" | "cancel" | "settings" }
  | { readonly kind: "stop"; readonly server: string };

export function createSwitcher(deps: {
  readonly ask: Ask;
  readonly report: Report;
  readonly serving: Reading<ServingStatus>;
  readonly signal: AbortSignal;
}): Switcher {
  const { ask, report, serving } = deps;
  const fits: KnownFits = new Map();
  const showDeeds = async (choices: readonly Choice<Deed | undefined>[], title: string): Promise<Deed | undefined> =>
    (await pickProfile(choices, title, profileOf, { ask, fits, signal: deps.signal }))?.value;
  let current: AbortController | undefined;

  const titleOf = (profile: string): string => {
    const server = serving.value.servers.find((one) => one.profile === profile);
    return server ? nameOf(server) : profile;
  };
  const switchTo = async (profile: string): Promise<void> => {
    const own = new AbortController();
    current = own;
    try {
      // The last pick wins over a switch that is under way.
      const switching = ask(
        "serving.switch",
        { profile, onBusy: "replace" },
        AbortSignal.any([own.signal, deps.signal]),
      );
      const fit = fits.get(profile);
      // Said while it is tried, and in no one's way: arithmetic may be wrong.
      if (fit?.warns) sayMeanwhile(fit.sentence, switching);
      const result = await switching;
      if (!result.reason) return;
      // The reason names what did not start; what serves instead is worth a word.
      if (result.outcome === "failed") report.trouble(result.reason);
      if (result.outcome === "rolledBack")
        report.trouble(result.reason, vscode.l10n.t("{0} serves again.", titleOf(result.running ?? "")));
    } finally {
      if (current === own) current = undefined;
    }
  };
  const cancel = (): void => current?.abort();
  const stop = async (server?: string): Promise<void> => {
    await ask("serving.stop", server === undefined ? {} : { server }, deps.signal);
  };

  const act = async (deed: Deed | undefined, profiles: readonly Profile[]): Promise<void> => {
    switch (deed?.kind) {
      case undefined:
        return;
      case "switch":
        return switchTo(deed.profile);
      case "cancel":
        return cancel();
      case "stop":
        return stop(deed.server);
      case "settings":
        await vscode.commands.executeCommand("workbench.action.openSettings", "modelDeck.profiles.files");
        return;
      case "bench": {
        const bench = profileChoices(
          profiles.filter((profile) => profile.bench),
          serving.value,
        );
        const picked = await showDeeds(bench, vscode.l10n.t("Benchmark profiles"));
        return act(picked, profiles);
      }
    }
  };

  return {
    switchTo,
    stop,
    cancel,
    choose: async () => {
      const { profiles } = await ask("profiles.list", {}, deps.signal);
      const choices = switcherChoices(profiles, serving.value, current !== undefined);
      const [only] = choices;
      // One profile and nothing that runs: there is nothing to ask.
      const deed =
        choices.length === 1 && only?.value?.kind === "switch"
          ? only.value
          : await showDeeds(choices, vscode.l10n.t("Serve a model"));
      await act(deed, profiles);
    },
  };
}

const sayMeanwhile = (sentence: string, work: Promise<unknown>): void => {
  const ended = work.then(
    () => undefined,
    () => undefined,
  );
  vscode.window.setStatusBarMessage(`$(warning) ${sentence.replaceAll("$(", "$ (")}`, ended);
};

const profileOf = (deed: Deed | undefined): string | undefined => (deed?.kind === "switch" ? deed.profile : undefined);

function switcherChoices(
  profiles: readonly Profile[],
  status: ServingStatus,
  ours: boolean,
): readonly Choice<Deed | undefined>[] {
  const bench = profiles.filter((profile) => profile.bench);
  const up = status.servers.filter(({ state }) => state !== "off" && state !== "stopping");
  const line = { label: "", kind: vscode.QuickPickItemKind.Separator, value: undefined };
  const rest: readonly Choice<Deed | undefined>[] = [
    ...(bench.length > 0
      ? [{ label: `$(beaker) ${vscode.l10n.t("Benchmark profiles…")}`, value: { kind: "bench" } as const }]
      : []),
    ...up.map((server) => ({
      label: `$(debug-stop) ${vscode.l10n.t("Stop {0}", nameOf(server))}`,
      value: { kind: "stop", server: server.server } as const,
    })),
  ];
  return [
    ...(status.switching && ours
      ? [
          {
            label: `$(close) ${vscode.l10n.t("Cancel the switch to {0}", status.switching.to)}`,
            value: { kind: "cancel" } as const,
          },
          line,
        ]
      : []),
    ...profileChoices(
      profiles.filter((profile) => !profile.bench),
      status,
    ),
    ...(profiles.length === 0 ? [noProfiles()] : []),
    ...(rest.length > 0 ? [line, ...rest] : []),
  ];
}

const noProfiles = (): Choice<Deed> => ({
  label: `$(gear) ${vscode.l10n.t("Choose files with profiles…")}`,
  detail: vscode.l10n.t("There are no profiles yet: name a models.conf in the settings."),
  value: { kind: "settings" },
});

function profileChoices(profiles: readonly Profile[], status: ServingStatus): readonly Choice<Deed | undefined>[] {
  const served = new Set(status.servers.flatMap(({ state, profile }) => (state === "ready" ? (profile ?? []) : [])));
  const groups = new Set(profiles.map(({ group }) => group));
  return [...groups].flatMap((group) => [
    // A heading only where there is more than one group to tell apart.
    ...(groups.size > 1 ? [{ label: group, kind: vscode.QuickPickItemKind.Separator, value: undefined }] : []),
    ...profiles
      .filter((profile) => profile.group === group)
      .map((profile) => ({
        ...profileRow(profile, served.has(profile.id)),
        value: { kind: "switch", profile: profile.id } as const,
      })),
  ]);
}

/** Which server, where several are up. undefined: given up, or none is up. */
export const pickServer = (status: ServingStatus, title: string): Promise<string | undefined> =>
  pickOne(
    { title, placeholder: vscode.l10n.t("Which server"), none: vscode.l10n.t("No model is served.") },
    status.servers
      .filter(({ state }) => state !== "off")
      .map((server) => ({ value: server.server, label: nameOf(server), description: server.group })),
  );
