import * as vscode from "vscode";
import { briefWords } from "../core/present/brief-trouble.ts";
import { profilesOf } from "../core/present/match-profile.ts";
import type { Download } from "../core/protocol/downloads.ts";
import type { Disposable } from "../core/util/events.ts";
import type { Ask, VerbResults } from "./ask.ts";
import type { AskedMarks } from "./asked-marks.ts";
import type { Reading } from "./reading.ts";
import type { Report } from "./report.ts";
import { type Telling, createTelling } from "./told-downloads.ts";

/** Tells a person when something failed, and when what was asked for is here: in one window only. */
export interface OwnDownloads extends Disposable {
  /** Asked for in this window, together. */
  readonly track: (ids: readonly string[]) => void;
}

export function watchOwnDownloads(
  downloads: Reading<VerbResults["downloads.list"]>,
  deps: {
    readonly ask: Ask;
    readonly report: Report;
    readonly signal: AbortSignal;
    readonly serve: (profile: string) => Promise<void>;
    readonly showQueue: () => Promise<void>;
    /** Opened in the queue, with all that is to be said of it. */
    readonly showDownload: (id: string) => Promise<void>;
    readonly owns: () => boolean;
    readonly marks: AskedMarks;
  },
): OwnDownloads {
  const { report, marks } = deps;
  const tell = async (telling: Telling): Promise<void> => {
    if (telling.kind === "failed") return tellFailure(telling.download);
    if (telling.kind === "here" && telling.downloads.length === 1) {
      for (const download of telling.downloads) await tellArrival(download);
      return;
    }
    const show = vscode.l10n.t("Show Queue");
    if (telling.kind === "failing" || telling.kind === "manyFailed") return tellFailures(telling, show);
    const pressed = await vscode.window.showInformationMessage(manyWords(telling), show);
    if (pressed === show) await deps.showQueue();
  };
  const tellFailures = async (
    telling: Extract<Telling, { readonly kind: "failing" | "manyFailed" }>,
    show: string,
  ): Promise<void> => {
    const retry = vscode.l10n.t("Retry All");
    const pressed = await (telling.kind === "failing"
      ? vscode.window.showWarningMessage(
          vscode.l10n.t("More downloads are failing. What becomes of them is told once the queue is worked off."),
          show,
        )
      : vscode.window.showWarningMessage(
          vscode.l10n.t("{0} downloads failed. The queue has the reason of each.", telling.ids.length),
          retry,
          show,
        ));
    if (pressed === show) await deps.showQueue();
    if (pressed !== retry || telling.kind !== "manyFailed") return;
    // Since then some may have been removed, or given up.
    const failed = new Set(downloads.value.downloads.filter(({ state }) => state === "failed").map(({ id }) => id));
    const ids = telling.ids.filter((id) => failed.has(id));
    if (ids.length > 0) await deps.ask("downloads.retry", { ids }, deps.signal);
  };
  const tellFailure = (download: Download): void => {
    const retry = {
      title: vscode.l10n.t("Retry"),
      press: () => deps.ask("downloads.retry", { ids: [download.id] }, deps.signal),
    };
    const { id, reason } = download;
    if (!reason) return;
    const brief = briefWords(reason);
    const press = (): Promise<void> => deps.showDownload(id);
    if (brief === undefined)
      return report.trouble(reason, `${nameOf(download)}:`, [retry, { title: vscode.l10n.t("Show Queue"), press }]);
    const show = { title: vscode.l10n.t("Show"), press };
    report.trouble(reason, `${download.title ?? download.model}:`, [retry, show], brief);
  };
  const tellArrival = async (download: Download): Promise<void> => {
    const profile = await profileOf(download);
    const serve = vscode.l10n.t("Serve");
    const pressed = await vscode.window.showInformationMessage(
      vscode.l10n.t("{0} is here.", nameOf(download)),
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
  const telling = createTelling({
    owns: deps.owns,
    askedElsewhere: marks.elsewhere,
    tell: (one) => void tell(one).catch(report.error),
    over: (id) => void marks.forget(id).catch(report.error),
  });
  let hearing: Promise<void> = Promise.resolve();
  const subscription = downloads.onChange(() => {
    const { downloads: now, queue } = downloads.value;
    // Without it there was no answer yet, or the deck is closed.
    if (queue) hearing = hearing.then(() => telling.hear(now)).catch(report.error);
  });
  return {
    track: (ids) => {
      void marks.mark(ids).catch(report.error);
      telling.track(ids, downloads.value.downloads);
    },
    dispose: () => subscription.dispose(),
  };
}

function nameOf({ title, model, variant }: Download): string {
  const name = title ?? model;
  return name.toLowerCase().includes(variant.toLowerCase()) ? name : `${name} ${variant}`;
}

function manyWords(telling: Extract<Telling, { readonly kind: "here" | "allDone" }>): string {
  if (telling.kind === "here") return vscode.l10n.t("{0} downloads are here.", telling.downloads.length);
  const { done, failed } = telling;
  if (failed > 0) return vscode.l10n.t("The queue is worked off: {0} done, {1} failed.", done, failed);
  return done === 1
    ? vscode.l10n.t("The queue is worked off: 1 download is here.")
    : vscode.l10n.t("The queue is worked off: {0} downloads are here.", done);
}
