import type * as vscode from "vscode";
import { pageWords } from "../core/present/page-words.ts";
import { mainServer } from "../core/present/serving-words.ts";
import type { PageTab, ToHost, ToPage } from "../core/protocol/page.ts";
import { parseToHost } from "../core/protocol/parse-page.ts";
import type { ServingStatus } from "../core/protocol/serving.ts";
import type { Disposable } from "../core/util/events.ts";
import { createScope } from "../core/util/scope.ts";
import type { Ask, VerbResults } from "./ask.ts";
import type { DeckLink } from "./deck-link.ts";
import { type LogPage, createLogPage } from "./log-page.ts";
import { type PageHost, createPageHost } from "./page-host.ts";
import { pageState } from "./panel-state.ts";
import { obeyPage } from "./page-intents.ts";
import { createQueuePage } from "./queue-page.ts";
import type { ServerWish } from "./server-intents.ts";
import type { Reading } from "./reading.ts";
import type { Report } from "./report.ts";
import { createServersPage } from "./servers-page.ts";
import { speakHere } from "./speak-here.ts";

speakHere();

/** What is in the panel, once someone looks at it. */
export interface PanelPage extends Disposable {
  readonly resolve: (view: vscode.WebviewView) => void;
  /** @param wanted the tab, where another is to be seen @param server whose log */
  readonly look: (wanted: PageTab | undefined, server: string | undefined) => void;
  /** Opens a download in the queue. */
  readonly unfold: (id: string) => void;
}

/** What it tells of and acts on. */
export interface PanelDeps {
  readonly extensionUri: vscode.Uri;
  readonly link: DeckLink;
  readonly ask: Ask;
  readonly report: Report;
  readonly downloads: Reading<VerbResults["downloads.list"]>;
  readonly serving: Reading<ServingStatus>;
  /** A tile wishes a switch. */
  readonly wish: (wish: ServerWish) => void;
  readonly warn: (line: string) => void;
}

export function createPanelPage(deps: PanelDeps): PanelPage {
  const { ask, report, link, downloads, serving } = deps;
  const scope = createScope();
  let tab: PageTab = "queue";
  /** What a person picked; else the main one. */
  let picked: string | undefined;
  const logs = createLogPage({ ask, report, signal: scope.signal });
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
    const { servers: all } = serving.value;
    return all.find(({ server }) => server === picked)?.server ?? mainServer(serving.value)?.server;
  };
  const sendState = (post: (message: ToPage) => void): void => {
    const now = pageState(link, tab, serving.value, watched());
    const text = JSON.stringify(now);
    if (text !== sentState) post({ kind: "state", state: now });
    sentState = text;
    logs.watch(now.watched, post);
  };

  const host = scope.use(
    createPageHost<ToPage, ToHost>({
      extensionUri: deps.extensionUri,
      title: "Model Deck",
      script: "page.js",
      style: "page.css",
      parse: parseToHost,
      fresh: (post) => {
        logs.forget();
        sentState = "";
        post({ kind: "words", words: pageWords() });
        post({ kind: "queue", update: queue.whole() });
        post({ kind: "servers", update: servers.whole() });
        sendState(post);
        // The host says only after this that the page listens.
        setImmediate(() => servers.watch());
      },
      update: (post) => {
        sendState(post);
        const update = queue.changes();
        if (update) post({ kind: "queue", update });
        const tiles = servers.changes();
        if (tiles) post({ kind: "servers", update: tiles });
        servers.watch();
        const lines = logs.take();
        if (lines) post(lines);
      },
      intent: (message) => void obey(message).catch(report.error),
      warn: deps.warn,
    }),
  );
  const obey = (message: ToHost): Promise<void> =>
    obeyPage(message, {
      ask,
      downloads: downloads.value.downloads,
      serving: serving.value,
      signal: scope.signal,
      open: (id, open) => queue.open(id, open),
      wish: deps.wish,
      look,
    });
  const look = (wanted?: PageTab, server?: string): void => {
    tab = wanted ?? tab;
    picked = server ?? picked;
    servers.watch();
    host.changed();
  };

  scope.use(serving.onChange(() => logs.retry()));
  for (const event of [downloads.onChange, serving.onChange, link.onState]) scope.use(event(host.changed));
  scope.use(hearLogs(link, logs, host));
  return {
    resolve: host.resolve,
    look,
    unfold: (id) => queue.open(id, true),
    dispose: () => scope.dispose(),
  };
}

/** Lines are gathered only while a page is there to draw them; a new one is told all. */
const hearLogs = (link: DeckLink, logs: LogPage, host: PageHost): Disposable =>
  link.onEvent((event) => {
    if (event.kind !== "logs" || !host.listening) return;
    logs.hear(event);
    host.changed();
  });
