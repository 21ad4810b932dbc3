import * as vscode from "vscode";
import { servedProfiles, servesEntry } from "../core/present/match-profile.ts";
import { fileRow, modelRow, modelTooltip } from "../core/present/model-row.ts";
import { sizeWords } from "../core/present/units.ts";
import { type Entry, type EntryFile, type Tally, backends } from "../core/protocol/models.ts";
import type { ServingStatus } from "../core/protocol/serving.ts";
import { type Disposable, type Event, createEmitter } from "../core/util/events.ts";
import type { Ask, VerbResults } from "./ask.ts";
import { signalOf } from "./cancellation.ts";
import type { DeckLink } from "./deck-link.ts";
import type { Reading } from "./reading.ts";

/** A row of the view *Models*. */
export type ModelNode =
  | { readonly kind: "backend"; readonly backend: string; readonly tally: Tally }
  | { readonly kind: "model"; readonly entry: Entry; readonly serving: boolean; readonly servable: boolean }
  | { readonly kind: "file"; readonly entry: string; readonly file: EntryFile }
  | { readonly kind: "more"; readonly backend: string; readonly left: number };

export interface ModelsTree extends vscode.TreeDataProvider<ModelNode>, Disposable {
  readonly onDidChangeTreeData: Event<undefined>;
  /** Another page of a back end's models. */
  more(backend: string): void;
  /** Whether it showed nothing when it was last drawn. */
  readonly empty: boolean;
}

const PAGE = 200;

/** Back ends, their models, their files. Read when it is looked at, drawn again only when the deck says so. */
export function createModelsTree(deps: {
  readonly link: DeckLink;
  readonly ask: Ask;
  readonly serving: Reading<ServingStatus>;
  readonly profiles: Reading<VerbResults["profiles.list"]>;
  readonly signal: AbortSignal;
}): ModelsTree {
  const { link, ask, serving, profiles, signal } = deps;
  const changed = createEmitter<undefined>();
  const pages = new Map<string, number>();
  let redraw: NodeJS.Timeout | undefined;
  /** A scan changes many models at once: they are drawn together. */
  const refresh = (): void => {
    redraw ??= setTimeout(() => {
      redraw = undefined;
      changed.fire(undefined);
    }, 100);
  };
  let empty = true;
  let served = "";
  const subscriptions = [
    link.onEvent(({ kind }) => void (kind === "models" && refresh())),
    link.onState(refresh),
    profiles.onChange(refresh),
    serving.onChange(() => {
      // Progress is no concern of the tree; only which one is served.
      const now = servedProfiles(serving.value).join("\n");
      if (now !== served) refresh();
      served = now;
    }),
  ];

  const root = async (): Promise<ModelNode[]> => {
    const { byBackend, count } = await ask("models.stats", {}, signal);
    empty = count === 0;
    const order = (name: string): number => {
      const at = backends.findIndex((backend) => backend === name);
      return at < 0 ? backends.length : at;
    };
    return Object.entries(byBackend)
      .filter(([, tally]) => tally.count > 0)
      .toSorted(([one], [other]) => order(one) - order(other))
      .map(([backend, tally]) => ({ kind: "backend", backend, tally }));
  };
  const models = async (backend: string): Promise<ModelNode[]> => {
    const wanted = (pages.get(backend) ?? 1) * PAGE;
    const entries: Entry[] = [];
    let total: number;
    let cursor: string | undefined;
    do {
      const page = await ask(
        "models.list",
        { backend, includeDeprecated: true, includeTesting: true, limit: PAGE, ...(cursor ? { cursor } : {}) },
        signal,
      );
      entries.push(...page.entries);
      ({ total, cursor } = page);
    } while (cursor !== undefined && entries.length < wanted);
    const active = new Set(servedProfiles(serving.value));
    const rows: ModelNode[] = entries.map((entry) => {
      const matching = profiles.value.profiles.filter((profile) => servesEntry(profile, entry));
      return {
        kind: "model",
        entry,
        servable: matching.length > 0,
        serving: matching.some(({ id }) => active.has(id)),
      };
    });
    return cursor === undefined ? rows : [...rows, { kind: "more", backend, left: total - entries.length }];
  };

  return {
    onDidChangeTreeData: changed.event,
    getChildren: async (node) => {
      if (link.state.kind !== "open") return [];
      if (node === undefined) return root();
      if (node.kind === "backend") return models(node.backend);
      if (node.kind !== "model") return [];
      const { files } = await ask("models.show", { name: node.entry.name }, signal);
      return files.map((file) => ({ kind: "file", entry: node.entry.name, file }));
    },
    getTreeItem,
    resolveTreeItem: async (item, node, token) => {
      if (node.kind !== "model") return item;
      const details = await ask("models.show", { name: node.entry.name }, signalOf(token, signal));
      item.tooltip = markdown(modelTooltip(details));
      return item;
    },
    more: (backend) => {
      pages.set(backend, (pages.get(backend) ?? 1) + 1);
      refresh();
    },
    get empty() {
      return empty;
    },
    dispose: () => {
      clearTimeout(redraw);
      for (const subscription of subscriptions) subscription.dispose();
      changed.dispose();
    },
  };
}

function getTreeItem(node: ModelNode): vscode.TreeItem {
  const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
  switch (node.kind) {
    case "backend": {
      const item = new vscode.TreeItem(
        node.backend === "unassigned" ? vscode.l10n.t("Unassigned") : node.backend,
        Expanded,
      );
      item.id = `backend:${node.backend}`;
      item.description = `${node.tally.count} · ${sizeWords(node.tally.bytes)}`;
      item.iconPath = new vscode.ThemeIcon("server");
      item.contextValue = "backend";
      return item;
    }
    case "model": {
      const row = modelRow(node.entry, node.serving);
      const item = new vscode.TreeItem(row.label, node.entry.state === "installed" ? Collapsed : None);
      item.id = `model:${node.entry.name}`;
      item.description = row.description;
      item.iconPath = new vscode.ThemeIcon(row.icon, colours[row.mark]);
      // Words for `viewItem =~ /\bservable\b/` in the manifest.
      item.contextValue = [
        "model",
        node.entry.state,
        node.serving ? "serving" : node.servable ? "servable" : "",
        node.entry.locked ? "locked" : "unlocked",
        node.entry.deprecated ? "deprecated" : "current",
      ].join(" ");
      item.accessibilityInformation = { label: `${row.label}, ${row.description}` };
      return item;
    }
    case "file": {
      const item = new vscode.TreeItem(fileRow(node.file).label, None);
      item.id = `file:${node.entry}:${node.file.path}`;
      item.description = fileRow(node.file).description;
      item.tooltip = node.file.path;
      item.iconPath = new vscode.ThemeIcon("file");
      item.contextValue = "file";
      return item;
    }
    case "more": {
      const item = new vscode.TreeItem(vscode.l10n.t("Show more…"), None);
      item.id = `more:${node.backend}`;
      item.description = vscode.l10n.t("{0} left", node.left);
      item.command = { command: "modelDeck.row.more", title: vscode.l10n.t("Show more…"), arguments: [node] };
      return item;
    }
  }
}

const colours: Readonly<Record<ReturnType<typeof modelRow>["mark"], vscode.ThemeColor | undefined>> = {
  none: undefined,
  serving: new vscode.ThemeColor("testing.iconPassed"),
  missing: new vscode.ThemeColor("list.warningForeground"),
  unverified: new vscode.ThemeColor("list.deemphasizedForeground"),
};

function markdown(text: string): vscode.MarkdownString {
  return new vscode.MarkdownString(text, true);
}

/** A row, where a menu handed one over. */
export function asNode(value: unknown): ModelNode | undefined {
  return isNode(value) ? value : undefined;
}

const isNode = (value: unknown): value is ModelNode =>
  typeof value === "object" &&
  value !== null &&
  "kind" in value &&
  ["backend", "model", "file", "more"].some((kind) => kind === value.kind);
