import * as vscode from "vscode";
import { profilesOf } from "../core/present/match-profile.ts";
import type { Download } from "../core/protocol/downloads.ts";
import type { Disposable } from "../core/util/events.ts";
import type { Ask, VerbResults } from "./ask.ts";
import type { Reading } from "./reading.ts";
import type { Report } from "./report.ts";

/** Tells the end of the downloads that were asked for in this window; of others, the views tell. */
export interface OwnDownloads extends Disposable {
  track(ids: readonly string[]): void;
}

export function watchOwnDownloads(
  downloads: Reading<VerbResults["downloads.list"]>,
  deps: {
    readonly ask: Ask;
    readonly report: Report;
    readonly signal: AbortSignal;
    readonly serve: (profile: string) => Promise<void>;
  },
): OwnDownloads {
  const own = new Set<string>();
  const look = (): void => {
    for (const download of downloads.value.downloads) {
      if (!own.has(download.id) || !["done", "failed", "cancelled"].includes(download.state)) continue;
      own.delete(download.id);
      if (download.state === "failed" && download.reason)
        deps.report.trouble(download.reason, `${download.model} ${download.variant}:`);
      if (download.state === "done") void tell(download).catch(deps.report.error);
    }
  };
  const tell = async (download: Download): Promise<void> => {
    const profile = await profileOf(download);
    const serve = vscode.l10n.t("Serve");
    const pressed = await vscode.window.showInformationMessage(
      vscode.l10n.t("{0} is here.", `${download.model} ${download.variant}`),
      ...(profile === undefined ? [] : [serve]),
    );
    if (pressed === serve && profile !== undefined) await deps.serve(profile);
  };
  const profileOf = async ({ entry }: Download): Promise<string | undefined> => {
    if (entry === undefined) return undefined;
    const details = await deps.ask("models.show", { name: entry }, deps.signal);
    const { profiles } = await deps.ask("profiles.list", {}, deps.signal);
    return profilesOf(profiles, details)[0]?.id;
  };
  const subscription = downloads.onChange(look);
  return {
    track: (ids) => {
      for (const id of ids) own.add(id);
      look();
    },
    dispose: () => subscription.dispose(),
  };
}
