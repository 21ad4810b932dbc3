import * as vscode from "vscode";
import { analysisDocument, gpuDocument, statusDocument } from "../core/present/documents.ts";
import { profilesOf, serverOf } from "../core/present/match-profile.ts";
import { deedsOf } from "../core/present/queue-row.ts";
import { systemDocument } from "../core/present/system-words.ts";
import { accountsFlow, checkFlow, removeFlow, setFlow } from "./accounts-flow.ts";
import { askLimit } from "./ask-limit.ts";
import { askReference } from "./ask-reference.ts";
import type { MaintenanceCommandId } from "./contributions/maintenance-commands.ts";
import { type PickedDeed, doTo, pickAndDo } from "./download-commands.ts";
import { downloadFlow, queueFlow } from "./download-flow.ts";
import { searchFlow } from "./hub-search/search-flow.ts";
import { fetchFlow, showLists } from "./lists-flow.ts";
import type { Maintenance } from "./maintenance/maintenance.ts";
import { findModel, findProfile, profileFor, showModel } from "./model-commands.ts";
import type { ModelNode } from "./model-node.ts";
import type { ServerOutput } from "./server-output.ts";
import { askAndPull, checkBackends, startBackend, stopBackend } from "./serving/backend-commands.ts";
import { engineFlow } from "./serving/engine-flow.ts";
import type { FlowCommandId, Stage } from "./stage.ts";
import { type Switcher, pickServer } from "./switcher.ts";
import { setUpTerminalCommand } from "./terminal-command.ts";

interface FlowStage extends Stage {
  readonly switcher: Switcher;
  readonly serverOutput: ServerOutput;
  readonly operate: Maintenance["flow"];
  readonly pullImage: (image: string) => Promise<void>;
}

/** `node` is the row it was asked on, if any, `all` the chosen ones with it. */
type RowHandler = (node: ModelNode | undefined, all: readonly ModelNode[]) => Promise<unknown>;
type OwnCommandId = Exclude<FlowCommandId, MaintenanceCommandId>;

/** One handler for each command, complete by type. A handler asks what is missing, tells the core, and returns. */
export function flowHandlers(stage: FlowStage): Readonly<Record<OwnCommandId, RowHandler>> {
  const { ask, documents, profiles, secrets, serving, signal, switcher, track, tree } = stage;
  return {
    "modelDeck.models.list": () => findModel(ask, documents, signal),
    "modelDeck.models.show": () => findModel(ask, documents, signal),
    "modelDeck.hub.analyze": async () => {
      const analysis = await askReference(ask, vscode.l10n.t("Look at a Model on the Hub"));
      if (analysis) await documents.show(analysis.repository, analysisDocument(analysis));
    },
    "modelDeck.library.lists": () => showLists(stage),
    "modelDeck.library.fetch": async () => track(await fetchFlow(stage)),
    "modelDeck.hub.search": async () => {
      const analysis = await searchFlow(ask, signal);
      if (analysis) track(await queueFlow(ask, analysis, signal));
    },
    "modelDeck.downloads.add": async () => track(await downloadFlow(ask, signal)),
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
    "modelDeck.serving.setUp": () => engineFlow({ ask, pullImage: stage.pullImage, signal }),
    "modelDeck.backends.list": () => checkBackends(stage),
    "modelDeck.backends.start": () => startBackend(stage),
    "modelDeck.backends.stop": () => stopBackend(stage),
    "modelDeck.images.pull": () => askAndPull(stage),
    "modelDeck.serving.outputChannel": async () => {
      const server = await pickServer(serving.value, vscode.l10n.t("Show Server Log as Output"));
      if (server !== undefined) await stage.serverOutput.show(server);
    },
    "modelDeck.system.status": async () =>
      documents.show(vscode.l10n.t("System"), systemDocument(await ask("system.status", {}, signal))),
    "modelDeck.gpu.status": async () =>
      documents.show(vscode.l10n.t("GPUs"), gpuDocument(await ask("gpu.status", {}, signal))),
    "modelDeck.accounts.set": () => setFlow(stage, {}),
    "modelDeck.accounts.remove": () => removeFlow(secrets),
    "modelDeck.accounts.status": () => accountsFlow(stage),
    "modelDeck.accounts.check": () => checkFlow(ask, signal),
    "modelDeck.terminal.setUp": () => setUpTerminalCommand(stage.extensionUri),
    "modelDeck.row.serve": async (node) => {
      if (node?.kind !== "model") return;
      const profile = await profileFor(profiles.value.profiles, node.entry);
      if (profile !== undefined) await switcher.switchTo(profile);
    },
    "modelDeck.row.stop": async (node) => {
      if (node?.kind !== "model") return;
      const ids = new Set(profilesOf(profiles.value.profiles, node.entry).map(({ id }) => id));
      const server = serverOf(serving.value, (one) => ids.has(one));
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
      await stage.operate("scan", { base: node.folder });
    },
    "modelDeck.row.pauseDownload": (_, all) => doToRows("pause", all, stage),
    "modelDeck.row.resumeDownload": (_, all) => doToRows("resume", all, stage),
    "modelDeck.row.retryDownload": (_, all) => doToRows("retry", all, stage),
    "modelDeck.row.cancelDownload": (_, all) => doToRows("cancel", all, stage),
  };
}

/** To those of the rows whose state allows it. */
async function doToRows(
  deed: PickedDeed,
  nodes: readonly ModelNode[],
  { ask, tree, signal }: FlowStage,
): Promise<void> {
  const rows = nodes.flatMap((node) => (node.kind === "download" ? (tree.download(node) ?? []) : []));
  await doTo(
    deed,
    rows.filter(({ state }) => deedsOf(state).includes(deed)),
    ask,
    signal,
  );
}
