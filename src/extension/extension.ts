import { join } from "node:path";
import * as vscode from "vscode";
import { createScope } from "../core/util/scope.ts";
import { createAsk } from "./ask.ts";
import { createAskedMarks, isAlive } from "./asked-marks.ts";
import { registerCommands } from "./commands.ts";
import { createDeckLink } from "./deck-link.ts";
import { createDocuments } from "./documents.ts";
import { createGpuItem } from "./gpu-item.ts";
import { createLastSeen } from "./library/last-seen.ts";
import { createLibraryShell } from "./library/shell.ts";
import { createViewState } from "./library/view-state.ts";
import { lightHandlers } from "./light-handlers.ts";
import { openLog } from "./log.ts";
import { createMaintenanceShell } from "./maintenance/shell.ts";
import { createModelsTree } from "./models-tree.ts";
import { createModelsView } from "./models-view.ts";
import { watchOwnDownloads } from "./own-downloads.ts";
import { createPanel } from "./panel.ts";
import { createPart } from "./part.ts";
import { createProfileShell } from "./profiles/shell.ts";
import { createReading } from "./reading.ts";
import { createReport } from "./report.ts";
import type { ServerWish } from "./server-intents.ts";
import { autostart } from "./serving/autostart.ts";
import { createLastLoads } from "./serving/last-loads.ts";
import { lookAgain } from "./serving/look-again.ts";
import { lookOnce } from "./serving/look-once.ts";
import { storageFolder } from "./settings.ts";
import { speakHere } from "./speak-here.ts";
import type { Flows } from "./stage.ts";
import { createServingItem } from "./status-bar.ts";
import { watchLink } from "./watch-link.ts";
import { watchSettings } from "./watch-settings.ts";
import { windowSecrets } from "./window-secrets.ts";

/** Milliseconds until a window whose version we cannot follow is asked again. */
const RETRY_LOCKED = 3000;

let closeDeck: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): void {
  speakHere();
  const scope = createScope();
  context.subscriptions.push(scope);
  const { signal } = scope;
  const { channel, log } = openLog();
  scope.use(channel);
  const report = createReport(log);
  const secrets = windowSecrets(context.secrets);
  const link = scope.use(
    createDeckLink(async () => {
      const { openWindowDeck } = await import("./window-deck.ts");
      return openWindowDeck(context, secrets, log);
    }, RETRY_LOCKED),
  );
  closeDeck = link.close;
  const ask = createAsk(link.run);

  const source = { link, ask, onError: (error: unknown) => log.error("A view could not be read.", error) };
  const nothing = { profiles: [], problems: [], files: [] };
  const downloads = scope.use(createReading(source, "downloads.list", ["downloads", "progress"], { downloads: [] }));
  const serving = scope.use(createReading(source, "serving.status", ["serving"], { servers: [] }));
  const profiles = scope.use(createReading(source, "profiles.list", ["profiles"], nothing));

  const documents = scope.use(createDocuments());
  const look = scope.use(createViewState(context.globalState));
  const lastSeen = createLastSeen(context.globalState);
  const onEmpty = lookOnce({ ...source, signal });
  const focus = { has: () => vscode.window.state.focused, onChange: vscode.window.onDidChangeWindowState };
  scope.use(lookAgain({ ...source, serving, focus, signal }));
  const tree = scope.use(
    createModelsTree({
      ...source,
      serving,
      profiles,
      downloads,
      look,
      lastSeen,
      storage: storageFolder,
      onEmpty,
      signal,
    }),
  );
  scope.use(createModelsView(tree, downloads, serving, look));
  const loads = createLastLoads(context.globalState);
  scope.use(createServingItem(link, serving, loads));
  scope.use(createGpuItem(link, ask, (error) => log.error("The GPU could not be read.", error)));
  const { extensionUri } = context;
  const warn = (line: string): void => log.warn(line);
  const flows = scope.use(
    createPart(async (): Promise<Flows> => {
      const { createFlows } = await import("./flows.ts");
      return createFlows(stage);
    }),
  );
  const serve = async (profile: string): Promise<void> => (await flows.get()).switcher.switchTo(profile);
  const wish = (wished: ServerWish): void => {
    flows
      .get()
      .then(({ obey }) => obey(wished))
      .catch(report.error);
  };
  const panel = scope.use(createPanel({ extensionUri, link, ask, report, downloads, serving, wish, warn }));
  const marks = createAskedMarks(join(context.globalStorageUri.fsPath, "asked"), process.pid, isAlive);
  const showQueue = (): Promise<void> => panel.show("queue");
  const showDownload = (id: string): Promise<void> => panel.showDownload(id);
  const telling = { ask, report, signal, serve, showQueue, showDownload, owns: link.owns, marks };
  const { track } = scope.use(watchOwnDownloads(downloads, telling));
  scope.use(autostart({ link, ask, serving, loads, start: serve, onError: report.error }));
  const maintenance = scope.use(createMaintenanceShell({ ...source, load: flows.get, report, signal }));
  const stage = {
    link,
    ask,
    report,
    documents,
    tree,
    maintenance,
    track,
    secrets,
    serving,
    profiles,
    loads,
    extensionUri,
    signal,
  };
  const library = scope.use(createLibraryShell({ ...stage, look, warn }));
  const profileDesk = scope.use(createProfileShell({ ...stage, serve, wish, warn }));
  const light = lightHandlers({ link, panel, tree, channel, extensionId: context.extension.id });
  scope.use(registerCommands({ link, report, light, flows, library, profileDesk, signal }));
  scope.use(watchLink(link, serving, report));
  scope.use(watchSettings(link, serving));

  // After activation, so that the window does not wait for it; what goes wrong is told by watchLink.
  setImmediate(() => {
    void link.open().catch(() => undefined);
    refreshTerminal(extensionUri).catch((error: unknown) =>
      log.error("The terminal command could not be brought up to date.", error),
    );
  });
}

async function refreshTerminal(extension: vscode.Uri): Promise<void> {
  const { refreshTerminalCommand } = await import("./terminal-command.ts");
  await refreshTerminalCommand(extension);
}

export const deactivate = (): Promise<void> | undefined => closeDeck?.();
