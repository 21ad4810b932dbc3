import * as vscode from "vscode";
import { openDeckInThread } from "../core/adapters/deck-thread.ts";
import type { OpenDeck } from "../core/open-deck.ts";
import type { Log } from "../core/ports/log.ts";
import type { Secrets } from "../core/ports/secrets.ts";
import { coreSettingValues, networkChanges, networkSettings, settingOrigins, storageFolder } from "./settings.ts";
import { secretChanges } from "./window-secrets.ts";

/** All that is heavy is in a thread of its own: this window's loop is shared with other extensions. */
export function openWindowDeck(context: vscode.ExtensionContext, secrets: Secrets, log: Log): Promise<OpenDeck> {
  return openDeckInThread({
    storage: storageFolder(),
    settings: coreSettingValues(),
    origins: settingOrigins(),
    secrets,
    onSecretChanged: secretChanges(context.secrets),
    log,
    keepsSettings: true,
    network: networkSettings,
    onNetworkChanged: networkChanges,
    version: versionOf(context.extension),
    // It has words of its own to be told.
    ...(vscode.l10n.bundle ? { words: vscode.l10n.bundle } : {}),
  });
}

function versionOf({ packageJSON }: vscode.Extension<unknown>): string {
  const manifest: unknown = packageJSON;
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "";
}
