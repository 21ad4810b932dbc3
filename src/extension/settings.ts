import os from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { Event } from "../core/util/events.ts";
import type { NetSettings } from "../core/adapters/choose-proxy.ts";
import { coreSettings } from "./contributions/core-settings.ts";
import { dataFolder } from "../core/adapters/data-folder.ts";

/** Absolute: the folder that holds the registry. */
export const storageFolder = (): string =>
  dataFolder(
    vscode.workspace.getConfiguration("modelDeck").get<string>("storage", "").trim(),
    process.platform,
    process.env,
    os.homedir(),
  );

/** The keys the core reads, without their prefix. It checks them; here they are handed on as they are. */
export function coreSettingValues(): Readonly<Record<string, unknown>> {
  const configuration = vscode.workspace.getConfiguration("modelDeck");
  return Object.fromEntries(coreSettings.map((key) => [key, configuration.get<unknown>(key)]));
}

/**
 * Who set what is set. They belong to the machine: a window on another machine reads the settings kept there, any other
 * the person's own.
 */
export function settingOrigins(): Readonly<Record<string, "user" | "remote">> {
  const configuration = vscode.workspace.getConfiguration("modelDeck");
  const origin = vscode.env.remoteName === undefined ? "user" : "remote";
  const set = coreSettings.filter((key) => configuration.inspect(key)?.globalValue !== undefined);
  return Object.fromEntries(set.map((key) => [key, origin]));
}

/** How VS Code itself reaches the web: what it patches in this process does not reach the thread of downloads. */
export function networkSettings(): NetSettings {
  const http = vscode.workspace.getConfiguration("http");
  const proxy = http.get<string>("proxy", "").trim();
  const strict = http.inspect<boolean>("proxyStrictSSL");
  return {
    ...(proxy !== "" && http.get<string>("proxySupport") !== "off" && { proxy }),
    noProxy: http.get<readonly string[]>("noProxy", []),
    // Only where the person says so: a folder's own settings do not loosen it.
    strictSsl: strict?.globalValue !== false,
    systemCertificates: http.get<boolean>("systemCertificates", true),
  };
}

/** VS Code's own settings of the network have changed. */
export const networkChanges: Event<unknown> = (listener) =>
  vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration("http")) listener(change);
  });

/** Names of the configured locations, the default one first; empty where none is configured. */
export function locationNames(): readonly string[] {
  const configuration = vscode.workspace.getConfiguration("modelDeck");
  const names = Object.keys(configuration.get<Readonly<Record<string, unknown>>>("locations", {}));
  const first = configuration.get<string>("defaultLocation", "");
  return names.toSorted((one, other) => Number(other === first) - Number(one === first));
}

/** The folders models lie in: the weights root, the locations; where none is configured, the one below the registry. */
export function modelFolders(): readonly { readonly name: string; readonly path: string }[] {
  const configuration = vscode.workspace.getConfiguration("modelDeck");
  const weights = configuration.get<string>("weightsRoot", "").trim();
  const places = configuration.get<Readonly<Record<string, { readonly path?: unknown } | null>>>("locations", {});
  const folders = locationNames().flatMap((name) => {
    const path = places[name]?.path;
    return typeof path === "string" && path !== "" && path !== weights ? [{ name, path }] : [];
  });
  const all = weights === "" ? folders : [{ name: vscode.l10n.t("The weights root"), path: weights }, ...folders];
  return all.length > 0 ? all : [{ name: "main", path: join(storageFolder(), "models") }];
}

/** What an entry may be for, in the order they are offered. */
export const roleNames = (): readonly string[] =>
  vscode.workspace.getConfiguration("modelDeck").get<readonly string[]>("roles", []);

export const gpuSettings = (): { readonly enabled: boolean; readonly seconds: number } => {
  const configuration = vscode.workspace.getConfiguration("modelDeck");
  return {
    enabled: configuration.get<boolean>("gpu.enabled", true),
    seconds: Math.max(1, configuration.get<number>("gpu.interval", 2)),
  };
};

/** `off`, `last`, or the id of a profile. */
export const autostartSetting = (): string =>
  vscode.workspace.getConfiguration("modelDeck").get<string>("serving.autostart", "off").trim() || "off";

/** Opens the settings where this one can be changed: on another machine the person's own do not show what belongs to it. */
export const openSetting = (key: string): Thenable<unknown> =>
  vscode.env.remoteName === undefined
    ? vscode.commands.executeCommand("workbench.action.openSettings", key)
    : vscode.commands.executeCommand("workbench.action.openRemoteSettings", { query: key });
