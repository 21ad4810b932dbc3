import * as vscode from "vscode";
import { nameOf } from "../core/present/serving-words.ts";
import type { Profile } from "../core/protocol/profiles.ts";
import type { ServingStatus, SwitchOffer } from "../core/protocol/serving.ts";
import type { Ask } from "./ask.ts";
import { pickOne } from "./pick.ts";
import { type KnownFits, pickProfile } from "./profile-picker.ts";
import type { Reading } from "./reading.ts";
import type { Report } from "./report.ts";
import { openSetting } from "./settings.ts";
import { askOverrides } from "./serving/ask-overrides.ts";
import type { LastLoads } from "./serving/last-loads.ts";
import { createSwitchRuns } from "./serving/switch-runs.ts";
import { type Deed, type Row, profileRows, switcherRows } from "./serving/switcher-rows.ts";

/** Changing what is served, as a person does it. */
export interface Switcher {
  /** The list behind the status bar: profiles, and what else can be done to what runs. */
  choose(): Promise<void>;
  /** @param more of `serving.switch`: overrides, force */
  switchTo(profile: string, more?: Readonly<Record<string, unknown>>): Promise<void>;
  /** The same with what was offered after it failed. */
  take(profile: string, offer: SwitchOffer): Promise<void>;
  stop(server?: string): Promise<void>;
  unloadAll(): Promise<void>;
  restart(server: string): Promise<void>;
  /** What a back end served last. */
  startBackend(backend: string): Promise<void>;
  /** Gives up the switch that is under way, whoever asked for it. */
  cancel(): Promise<void>;
}

export function createSwitcher(deps: {
  readonly ask: Ask;
  readonly report: Report;
  readonly serving: Reading<ServingStatus>;
  readonly loads: LastLoads;
  readonly pullImage: (image: string) => Promise<void>;
  readonly signal: AbortSignal;
}): Switcher {
  const { ask, serving, loads, signal } = deps;
  const fits: KnownFits = new Map();
  const runs = createSwitchRuns({
    // The reason names what did not start; what serves instead is worth a word.
    after: ({ outcome, running = "" }) =>
      outcome === "rolledBack" ? vscode.l10n.t("{0} serves again.", titleOf(serving.value, running)) : "",
    onReady: (profile, { parts, tookMs }) => {
      if ((parts.ready ?? 0) > 0) loads.note(profile, tookMs);
    },
    again: (profile, more) => switchTo(profile, more),
    prepare: async (offer) => {
      if (offer.kind === "stopOther") await stop(offer.server);
      if (offer.kind === "pullImage") await deps.pullImage(offer.image);
    },
    // Said while it is tried, and in no one's way: arithmetic may be wrong.
    onBegin: (switching) => sayWarning(serving, switching),
    onError: deps.report.error,
    signal,
  });
  const switchTo = (profile: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> =>
    // The last pick wins over a switch that is under way.
    runs.run(profile, more, (end) =>
      ask("serving.switch", { profile, onBusy: "replace", onUnfit: "refuse", ...more }, end),
    );
  const stop = async (server?: string): Promise<void> => {
    await ask("serving.stop", server === undefined ? {} : { server }, signal);
  };
  const cancel = async (): Promise<void> => {
    // Ours is given up at its root; another's by its group.
    if (runs.underWay) return runs.cancel();
    const group = serving.value.switching?.group;
    await ask("serving.cancel", group === undefined ? {} : { server: group }, signal);
  };
  const unloadAll = async (): Promise<void> => {
    await ask("serving.unloadAll", {}, signal);
  };

  const pick = async (
    rows: readonly Row[],
    title: string,
    profiles: readonly Profile[],
    withOverrides = false,
  ): Promise<void> => {
    const picked = await pickProfile(rows, title, profileOf, { ask, fits, signal });
    const deed = picked?.choice.value;
    if (deed?.kind !== "switch" || !(withOverrides || picked?.byButton === true)) return act(deed, profiles);
    const profile = profiles.find(({ id }) => id === deed.profile);
    const overrides = profile && (await askOverrides(profile));
    if (overrides) await switchTo(deed.profile, { overrides });
  };
  const pickAmong = (some: readonly Profile[], title: string, withOverrides = false): Promise<void> =>
    pick(profileRows(some, serving.value, loads.took), title, some, withOverrides);
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
      case "unloadAll":
        return unloadAll();
      case "command":
        return void (await vscode.commands.executeCommand(deed.command));
      case "settings":
        return void (await openSetting("modelDeck.profiles.files"));
      case "loadWith":
        return pickAmong(profiles, vscode.l10n.t("Load with Another Context, Layers or Cache Type"), true);
      case "bench":
        return pickAmong(profiles.filter(isBench), vscode.l10n.t("Benchmark Profiles"));
    }
  };

  return {
    switchTo,
    take: (profile, offer) => runs.take(profile, {}, offer),
    stop,
    unloadAll,
    restart: (server) => {
      const profile = serving.value.servers.find((one) => one.server === server)?.profile ?? server;
      return runs.run(profile, {}, (end) => ask("serving.restart", { server }, end));
    },
    startBackend: (backend) => runs.run(backend, {}, (end) => ask("backends.start", { backend }, end)),
    cancel,
    choose: async () => {
      const { profiles } = await ask("profiles.list", {}, signal);
      const rows = switcherRows(profiles, serving.value, loads.took);
      const [only] = rows;
      // One profile and nothing that runs: there is nothing to ask.
      if (profiles.length === 1 && serving.value.servers.length === 0 && only?.value?.kind === "switch")
        return act(only.value, profiles);
      await pick(rows, vscode.l10n.t("Serve a Model"), profiles);
    },
  };
}

const isBench = ({ bench }: Profile): boolean => bench;

/** What the switch under way is to be warned of, once that is known, for as long as the work takes. */
function sayWarning(serving: Reading<ServingStatus>, work: Promise<unknown>): void {
  const heard = serving.onChange(() => {
    const warning = serving.value.switching?.warning;
    if (warning === undefined) return;
    heard.dispose();
    vscode.window.setStatusBarMessage(`$(warning) ${warning.replaceAll("$(", "$ (")}`, ended);
  });
  const ended = work.then(
    () => heard.dispose(),
    () => heard.dispose(),
  );
}

const titleOf = ({ servers }: ServingStatus, profile: string): string => {
  const server = servers.find((one) => one.profile === profile);
  return server ? nameOf(server) : profile;
};

const profileOf = (deed: Deed | undefined): string | undefined => (deed?.kind === "switch" ? deed.profile : undefined);

/** Which server, where several are up. undefined: given up, or none is up. */
export const pickServer = (status: ServingStatus, title: string): Promise<string | undefined> =>
  pickOne(
    { title, placeholder: vscode.l10n.t("Which server"), none: vscode.l10n.t("No model is served.") },
    status.servers
      .filter(({ state }) => state !== "off")
      .map((server) => ({ value: server.server, label: nameOf(server), description: server.group })),
  );
