import * as vscode from "vscode";
import { analysisDocument, gpuDocument, statusDocument } from "../core/present/documents.ts";
import { profilesOf } from "../core/present/match-profile.ts";
import { deedsOf } from "../core/present/queue-row.ts";
import type { Secrets } from "../core/ports/secrets.ts";
import type { ServingStatus } from "../core/protocol/serving.ts";
import { accountsFlow, checkFlow, removeFlow, setFlow } from "./accounts-flow.ts";
import { removeAccount } from "./accounts.ts";
import { apiError } from "./api-error.ts";
import { type Ask, type VerbResults, isVerbName } from "./ask.ts";
import { askReference } from "./ask-reference.ts";
import {
  type CommandId,
  type LibraryCommandId,
  type MaintenanceCommandId,
  type ProfileCommandId,
  commandIds,
} from "./contributions.ts";
import type { DeckLink } from "./deck-link.ts";
import type { Documents } from "./documents.ts";
import { type PickedDeed, doTo, pickAndDo } from "./download-commands.ts";
import { downloadFlow, queueFlow } from "./download-flow.ts";
import { searchFlow } from "./hub-search/search-flow.ts";
import { fetchFlow, showLists } from "./lists-flow.ts";
import type { LibraryShell } from "./library/shell.ts";
import type { ProfileShell } from "./profiles/shell.ts";
import { isOperation, runOperation } from "./maintenance/run-operation.ts";
import type { MaintenanceShell } from "./maintenance/shell.ts";
import { findModel, findProfile, profileFor, showModel } from "./model-commands.ts";
import { type ModelNode, type ModelsTree, asNode, asNodes } from "./models-tree.ts";
import { askLimit } from "./ask-limit.ts";
import type { OwnDownloads } from "./own-downloads.ts";
import type { Panel } from "./panel.ts";
import type { Reading } from "./reading.ts";
import type { Report } from "./report.ts";
import type { ServerOutput } from "./server-output.ts";
import { askAndPull, checkBackends, startBackend, stopBackend } from "./serving/backend-commands.ts";
import { engineFlow } from "./serving/engine-flow.ts";
import { setUpTerminalCommand } from "./terminal-command.ts";
import { type Switcher, pickServer } from "./switcher.ts";

/** What commands act on. */
export interface Stage {
  readonly link: DeckLink;
  readonly ask: Ask;
  readonly report: Report;
  readonly documents: Documents;
  readonly switcher: Switcher;
  readonly panel: Panel;
  readonly tree: ModelsTree;
  readonly maintenance: MaintenanceShell;
  readonly library: LibraryShell;
  readonly profileDesk: ProfileShell;
  readonly ownDownloads: OwnDownloads;
  readonly secrets: Secrets;
  readonly serving: Reading<ServingStatus>;
  readonly profiles: Reading<VerbResults["profiles.list"]>;
  readonly serverOutput: ServerOutput;
  readonly channel: vscode.LogOutputChannel;
  readonly pullImage: (image: string) => Promise<void>;
  readonly extensionUri: vscode.Uri;
  /** `publisher.name` */
  readonly extensionId: string;
  /** Ends with the window. */
  readonly signal: AbortSignal;
}

/** What a command does when a person asks; `node` is the row it was asked on, if any, `all` the chosen ones with it. */
type Handler = (node: ModelNode | undefined, all: readonly ModelNode[]) => Promise<unknown>;
type OwnCommandId = Exclude<CommandId, MaintenanceCommandId | LibraryCommandId | ProfileCommandId>;

/** One handler for each command, complete by type. A handler asks what is missing, tells the core, and returns. */
function handlers(stage: Stage): Readonly<Record<OwnCommandId, Handler>> {
  const { ask, documents, link, ownDownloads, panel, profiles, secrets, serving, signal, switcher, tree } = stage;
  return {
    "modelDeck.models.list": () => findModel(ask, documents, signal),
    "modelDeck.models.show": () => findModel(ask, documents, signal),
    "modelDeck.hub.analyze": async () => {
      const analysis = await askReference(ask, vscode.l10n.t("Look at a Model on the Hub"));
      if (analysis) await documents.show(analysis.repository, analysisDocument(analysis));
    },
    "modelDeck.library.lists": () => showLists(stage),
    "modelDeck.library.fetch": async () => ownDownloads.track(await fetchFlow(stage)),
    "modelDeck.hub.search": async () => {
      const analysis = await searchFlow(ask, signal);
      if (analysis) ownDownloads.track(await queueFlow(ask, analysis, signal));
    },
    "modelDeck.downloads.add": async () => ownDownloads.track(await downloadFlow(ask, signal)),
    "modelDeck.downloads.list": () => panel.show("queue"),
    "modelDeck.downloads.pause": () => pickAndDo("pause", ask, signal),
    "modelDeck.downloads.resume": () => pickAndDo("resume", ask, signal),
    "modelDeck.downloads.cancel": () => pickAndDo("cancel", ask, signal),
    "modelDeck.downloads.retry": () => pickAndDo("retry", ask, signal),
    "modelDeck.downloads.remove": () => pickAndDo("remove", ask, signal),
    "modelDeck.downloads.limit": () => askLimit(ask, signal),
    "modelDeck.profiles.list": () => findProfile(ask, signal),
    "modelDeck.serving.switch": () => switcher.choose(),
    "modelDeck.serving.stop": async () => {
      const server = await pickServer(serving.value, vscode.l10n.t("Stop Serving"));
      if (server !== undefined) await switcher.stop(server);
    },
    "modelDeck.serving.restart": async () => {
      const server = await pickServer(serving.value, vscode.l10n.t("Restart Server"));
      if (server !== undefined) await switcher.restart(server);
    },
    "modelDeck.serving.unloadAll": () => switcher.unloadAll(),
    "modelDeck.serving.cancel": () => switcher.cancel(),
    "modelDeck.serving.status": async () =>
      documents.show(vscode.l10n.t("What is served"), statusDocument(await ask("serving.status", {}, signal))),
    "modelDeck.serving.logs": () => panel.show("logs"),
    "modelDeck.serving.tiles": () => panel.show("servers"),
    "modelDeck.serving.setUp": () => engineFlow({ ask, pullImage: stage.pullImage, signal }),
    "modelDeck.backends.list": () => checkBackends(stage),
    "modelDeck.backends.start": () => startBackend(stage),
    "modelDeck.backends.stop": () => stopBackend(stage),
    "modelDeck.images.pull": () => askAndPull(stage),
    "modelDeck.getStarted": async () => {
      const walkthrough = `${stage.extensionId}#getStarted`;
      await vscode.commands.executeCommand("workbench.action.openWalkthrough", walkthrough, false);
    },
    "modelDeck.serving.outputChannel": async () => {
      const server = await pickServer(serving.value, vscode.l10n.t("Show Server Log as Output"));
      if (server !== undefined) await stage.serverOutput.show(server);
    },
    "modelDeck.gpu.status": async () =>
      documents.show(vscode.l10n.t("GPUs"), gpuDocument(await ask("gpu.status", {}, signal))),
    "modelDeck.accounts.set": () => setFlow(ask, secrets, {}, signal),
    "modelDeck.accounts.remove": () => removeFlow(secrets),
    "modelDeck.accounts.status": () => accountsFlow(ask, secrets, signal),
    "modelDeck.accounts.check": () => checkFlow(ask, signal),
    "modelDeck.terminal.setUp": () => setUpTerminalCommand(stage.extensionUri),
    "modelDeck.openPanel": () => panel.show("queue"),
    "modelDeck.showLog": async () => stage.channel.show(),
    "modelDeck.reopen": () => link.reopen(),

    "modelDeck.row.serve": async (node) => {
      if (node?.kind !== "model") return;
      const profile = await profileFor(profiles.value.profiles, node.entry);
      if (profile !== undefined) await switcher.switchTo(profile);
    },
    "modelDeck.row.stop": async (node) => {
      if (node?.kind !== "model") return;
      const ids = new Set(profilesOf(profiles.value.profiles, node.entry).map(({ id }) => id));
      const server = serving.value.servers.find(({ profile }) => profile !== undefined && ids.has(profile));
      if (server) await switcher.stop(server.server);
    },
    "modelDeck.row.show": async (node) => node?.kind === "model" && showModel(node.entry.name, ask, documents, signal),
    "modelDeck.row.copyName": async (node) => node?.kind === "model" && vscode.env.clipboard.writeText(node.entry.name),
    "modelDeck.row.copyPath": async (node) => {
      const path = node?.kind === "file" ? node.file.path : node?.kind === "model" ? node.entry.path : undefined;
      if (path !== undefined) await vscode.env.clipboard.writeText(path);
    },
    "modelDeck.row.scan": async (node) => {
      if (node?.kind !== "newFiles") return;
      tree.seen(node.folder);
      await stage.maintenance.flow("scan", { base: node.folder });
    },
    "modelDeck.row.pauseDownload": (_, all) => doToRows("pause", all, stage),
    "modelDeck.row.resumeDownload": (_, all) => doToRows("resume", all, stage),
    "modelDeck.row.retryDownload": (_, all) => doToRows("retry", all, stage),
    "modelDeck.row.cancelDownload": (_, all) => doToRows("cancel", all, stage),
    "modelDeck.row.showDownload": async (node) => node?.kind === "download" && panel.showDownload(node.id),
    "modelDeck.row.more": async (node) => node?.kind === "more" && tree.more(node.group),
  };
}

/** To those of the rows whose state allows it. */
async function doToRows(deed: PickedDeed, nodes: readonly ModelNode[], { ask, tree, signal }: Stage): Promise<void> {
  const rows = nodes.flatMap((node) => (node.kind === "download" ? (tree.download(node) ?? []) : []));
  await doTo(
    deed,
    rows.filter(({ state }) => deedsOf(state).includes(deed)),
    ask,
    signal,
  );
}

/** With an argument object these answer like an API; undefined: the command is no verb. */
function verbOf(
  id: CommandId,
  { ask, link, secrets, signal }: Stage,
): ((args: Arguments) => Promise<unknown>) | undefined {
  const verb = id.slice("modelDeck.".length);
  // Secrets are the window's, so that these are answered here.
  if (verb === "accounts.set") return (args) => setFlow(ask, secrets, args, signal);
  if (verb === "accounts.remove") return (args) => removeAccount(secrets, args);
  const operation = verb.slice("maintenance.".length);
  if (verb.startsWith("maintenance.") && isOperation(operation))
    return (args) => runOperation(ask, operation, args, signal);
  return isVerbName(verb) ? (args) => link.run(verb, args, signal) : undefined;
}

type Arguments = Readonly<Record<string, unknown>>;

const isArguments = (value: unknown): value is Arguments =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/**
 * Registers all of them. With an argument object a command runs without asking, resolves with the result and rejects
 * with an Error that has the fault's `code` and `facts`; without, it asks, and its errors are reported.
 */
export function registerCommands(stage: Stage): vscode.Disposable {
  const table = handlers(stage);
  const { maintenance, library, profileDesk } = stage;
  /** Those of maintenance and library look at all that a menu hands over, as several rows may be chosen. */
  const act = (id: CommandId, args: readonly unknown[]): Promise<unknown> => {
    if (library.owns(id)) return library.run(id, args);
    if (profileDesk.owns(id)) return profileDesk.run(id, args);
    return maintenance.owns(id) ? maintenance.handlers[id](args) : table[id](asNode(args[0]), asNodes(args));
  };
  const registrations = commandIds.map((id) => {
    const verb = verbOf(id, stage);
    return vscode.commands.registerCommand(id, async (...args: readonly unknown[]) => {
      const [first] = args;
      if (verb && isArguments(first))
        return verb(first).catch((error: unknown) => {
          throw apiError(error);
        });
      try {
        return await act(id, args);
      } catch (error) {
        stage.report.error(error);
        return undefined;
      }
    });
  });
  const wishes = stage.panel.onWish((wish) => {
    const { switcher } = stage;
    const obeyed = wish.kind === "restart" ? switcher.restart(wish.server) : switcher.take(wish.profile, wish.offer);
    obeyed.catch(stage.report.error);
  });
  return vscode.Disposable.from(...registrations, wishes);
}
