import * as vscode from "vscode";
import { pageWords } from "../core/present/page-words.ts";
import { mainServer } from "../core/present/serving-words.ts";
import type { PageCommand, PageTab, ToHost, ToPage } from "../core/protocol/page.ts";
import { parseToHost } from "../core/protocol/parse-page.ts";
import type { ServingStatus } from "../core/protocol/serving.ts";
import type { Disposable } from "../core/util/events.ts";
import { createScope } from "../core/util/scope.ts";
import type { Ask, VerbResults } from "./ask.ts";
import { type CommandId, viewIds } from "./contributions.ts";
import type { DeckLink } from "./deck-link.ts";
import { type LogFeed, createLogFeed } from "./log-feed.ts";
import { createPageHost } from "./page-host.ts";
import { pageState } from "./panel-state.ts";
import { isQueueIntent, obeyQueue } from "./queue-intents.ts";
import { createQueuePage } from "./queue-page.ts";
import type { Reading } from "./reading.ts";
import type { Report } from "./report.ts";
import { obeyLog, obeyTile } from "./server-intents.ts";
import { createServersPage } from "./servers-page.ts";

/** The page *Model Deck* in the panel: queue, servers and logs. */
export interface Panel extends Disposable {
  /** Brings it to the front. */
  show(tab: PageTab, server?: string): Promise<void>;
}

const commands: Readonly<Record<PageCommand, CommandId>> = {
  download: "modelDeck.downloads.add",
  switch: "modelDeck.serving.switch",
  stop: "modelDeck.serving.stop",
  openLog: "modelDeck.showLog",
};
/** As many as the page keeps. */
const LINES = 5000;

export function createPanel(deps: {
  readonly extensionUri: vscode.Uri;
  readonly link: DeckLink;
  readonly ask: Ask;
  readonly report: Report;
  readonly downloads: Reading<VerbResults["downloads.list"]>;
  readonly serving: Reading<ServingStatus>;
  readonly warn: (line: string) => void;
}): Panel {
  const { ask, report, link, downloads, serving } = deps;
  const scope = createScope();
  let tab: PageTab = "queue";
  /** What a person picked; else the main one. */
  let picked: string | undefined;
  let feed: LogFeed | undefined;
  const queue = createQueuePage(downloads);
  let sentState = "";
  const servers = createServersPage({
    ask,
    serving,
    isSeen: () => tab === "servers" && host.listening && link.state.kind === "open",
    onChange: () => host.changed(),
    onError: (error) => deps.warn(`What servers do cannot be read: ${String(error)}`),
    signal: scope.signal,
  });

  const watched = (): string | undefined => {
    const { servers } = serving.value;
    return servers.find(({ server }) => server === picked)?.server ?? mainServer(serving.value)?.server;
  };
  /** From the beginning, for a page that has nothing of it. */
  const feedAnew = async (server: string, post: (message: ToPage) => void): Promise<void> => {
    const own = createLogFeed(server);
    feed = own;
    const log = await ask("serving.logs", { server, lines: LINES }, scope.signal);
    if (feed === own) post(own.whole(log));
  };
  const sendState = (post: (message: ToPage) => void): void => {
    const now = pageState(link, tab, serving.value, watched());
    const text = JSON.stringify(now);
    if (text !== sentState) post({ kind: "state", state: now });
    sentState = text;
    if (now.watched !== undefined && feed?.server !== now.watched) void feedAnew(now.watched, post).catch(report.error);
  };

  const host = scope.use(
    createPageHost<ToPage, ToHost>({
      extensionUri: deps.extensionUri,
      title: "Model Deck",
      script: "page.js",
      style: "page.css",
      parse: parseToHost,
      fresh: (post) => {
        feed = undefined;
        sentState = "";
        post({ kind: "words", words: pageWords() });
        post({ kind: "queue", update: queue.whole() });
        post({ kind: "servers", update: servers.whole() });
        sendState(post);
        // The host says only after this that the page listens.
        setImmediate(servers.watch);
      },
      update: (post) => {
        sendState(post);
        const update = queue.changes();
        if (update) post({ kind: "queue", update });
        const tiles = servers.changes();
        if (tiles) post({ kind: "servers", update: tiles });
        servers.watch();
        const lines = feed?.take();
        if (lines) post(lines);
      },
      intent: (message) => void obey(message).catch(report.error),
      warn: deps.warn,
    }),
  );
  const obey = async (message: ToHost): Promise<void> => {
    if (isQueueIntent(message))
      return obeyQueue(message, { ask, downloads: downloads.value.downloads, signal: scope.signal });
    switch (message.kind) {
      case "ready":
        return;
      case "show":
        tab = message.tab;
        return servers.watch();
      case "server":
        return obeyTile(message, {
          ask,
          serving: serving.value,
          signal: scope.signal,
          showLogs: (server) => {
            tab = "logs";
            picked = server;
            host.changed();
          },
        });
      case "log":
        return obeyLog(message, { ask, signal: scope.signal });
      case "watch":
        picked = message.server;
        return host.changed();
      case "command":
        await vscode.commands.executeCommand(commands[message.command]);
        return;
      case "open":
        queue.open(message.id, message.open);
        return host.changed();
    }
  };

  scope.use(vscode.window.registerWebviewViewProvider(viewIds.panel, host.provider));
  for (const event of [downloads.onChange, serving.onChange, link.onState]) scope.use(event(host.changed));
  scope.use(
    link.onEvent((event) => {
      if (event.kind !== "logs" || !host.listening) return;
      // Where lines are missing all is sent once more.
      if (feed?.hear(event) === false) feed = undefined;
      host.changed();
    }),
  );
  return {
    show: async (wanted, server) => {
      tab = wanted;
      picked = server ?? picked;
      host.changed();
      await vscode.commands.executeCommand(`${viewIds.panel}.focus`);
    },
    dispose: () => scope.dispose(),
  };
}
