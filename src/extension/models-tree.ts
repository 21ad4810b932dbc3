import type * as vscode from "vscode";
import { served, servesEntry } from "../core/present/match-profile.ts";
import { type Grouping, isFilter } from "../core/present/model-filter.ts";
import { tellingNames } from "../core/present/telling-names.ts";
import type { Download } from "../core/protocol/downloads.ts";
import type { Entry, EntryGroups } from "../core/protocol/models.ts";
import type { ServingStatus } from "../core/protocol/serving.ts";
import { type Disposable, type Event, createEmitter } from "../core/util/events.ts";
import type { Ask, VerbResults } from "./ask.ts";
import { arrivingItem } from "./arriving-item.ts";
import { signalOf } from "./cancellation.ts";
import type { DeckLink } from "./deck-link.ts";
import { type DownloadNode, createArriving } from "./library/arriving.ts";
import type { LastSeen, Seen } from "./library/last-seen.ts";
import { type Read, readGroups, readModels } from "./library/model-groups.ts";
import type { ViewState } from "./library/view-state.ts";
import { createNewFiles } from "./library/new-files.ts";
import type { ModelNode } from "./model-node.ts";
import { modelsItem } from "./models-item.ts";
import type { Reading } from "./reading.ts";

export interface ModelsTree extends vscode.TreeDataProvider<ModelNode>, Disposable {
  readonly onDidChangeTreeData: Event<ModelNode[] | undefined>;
  /** Another page of a group's models, or of the groups. */
  more(group: string | undefined): void;
  /** Of a row; undefined where it is gone. */
  readonly download: (node: DownloadNode) => Download | undefined;
  /** What is new in this folder was seen: its row goes. */
  readonly seen: (folder: string) => void;
  /** What it showed when it was last drawn: `empty`, there is no model at all; `filtered`, none that fits. */
  readonly shows: "models" | "empty" | "filtered";
}

/** As many groups are opened by themselves. */
const OPEN = 20;

interface TreeDeps {
  readonly link: DeckLink;
  readonly ask: Ask;
  readonly serving: Reading<ServingStatus>;
  readonly profiles: Reading<VerbResults["profiles.list"]>;
  readonly downloads: Reading<VerbResults["downloads.list"]>;
  readonly look: ViewState;
  readonly lastSeen: LastSeen;
  /** The folder whose registry it shows. */
  readonly storage: () => string;
  /** It was looked at and has no model: its welcome tells what else there is to say. */
  readonly onEmpty: () => void;
  readonly signal: AbortSignal;
}

async function isEmpty(deps: Pick<TreeDeps, "ask" | "onEmpty" | "signal">): Promise<boolean> {
  const { count } = await deps.ask("models.stats", {}, deps.signal);
  if (count === 0) deps.onEmpty();
  return count === 0;
}

/** Groups, their models, their files. Read when it is looked at, drawn again only when the deck says so. */
export function createModelsTree(deps: TreeDeps): ModelsTree {
  const { link, ask, serving, profiles, look, lastSeen, storage, signal } = deps;
  const changed = createEmitter<ModelNode[] | undefined>();
  const pages = new Map<string | undefined, number>();
  let redraw: NodeJS.Timeout | undefined;
  /** A scan changes many models at once: they are drawn together. */
  const refresh = (): void => {
    redraw ??= setTimeout(() => {
      redraw = undefined;
      changed.fire(undefined);
    }, 100);
  };
  const fresh = createNewFiles(refresh);
  const arriving = createArriving(deps.downloads, (nodes) => (nodes ? changed.fire([...nodes]) : refresh()));
  let shows: ModelsTree["shows"] = "empty";
  let drawn = "";
  const subscriptions = [
    link.onEvent(({ kind }) => void (kind === "models" && refresh())),
    link.onEvent(fresh.hear),
    link.onState(refresh),
    profiles.onChange(refresh),
    look.onChange(() => {
      pages.clear();
      refresh();
    }),
    serving.onChange(() => {
      // Progress is no concern of the tree; only which one is served.
      const now = [...served(serving.value)].join("\n");
      if (now !== drawn) refresh();
      drawn = now;
    }),
  ];

  const root = async (): Promise<ModelNode[]> => {
    const { filter, groupBy: by } = look;
    const { rows, left, entries } = await readGroups(ask, by, filter, pages.get(undefined) ?? 1, signal);
    shows = entries > 0 ? "models" : "filtered";
    if (entries === 0 && !isFilter(filter) && (await isEmpty(deps))) shows = "empty";
    if (entries > 0) lastSeen.keep({ storage: storage(), by, filter }, { rows, left });
    return [...arriving.nodes(), ...fresh.nodes(), ...groupNodes(by, { rows, left })];
  };
  /** While the registry is being opened: the groups as they were last. */
  const before = (): ModelNode[] => {
    const seen: Seen = { storage: storage(), by: look.groupBy, filter: look.filter };
    const groups = lastSeen.groups(seen);
    if (!groups) return [];
    shows = "models";
    return groupNodes(seen.by, groups);
  };
  const models = async (by: Grouping, group: string): Promise<ModelNode[]> => {
    const { rows, left } = await readModels(ask, by, group, look.filter, pages.get(group) ?? 1, signal);
    const active = served(serving.value);
    const nodes = rows.map((entry) => modelNode(group, entry, profiles.value.profiles, active));
    return left > 0 ? [...nodes, { kind: "more", group, left }] : nodes;
  };

  return {
    onDidChangeTreeData: changed.event,
    getChildren: async (node) => {
      const opening = link.state.kind === "opening";
      if (link.state.kind !== "open" && !opening) return [];
      if (node === undefined) return opening ? before() : root();
      // Of a group that was drawn before, its models are shown when there is someone to ask; the tree is drawn anew then.
      if (opening) return [];
      if (node.kind === "arriving") return arriving.children();
      if (node.kind === "group") return models(node.by, node.group);
      if (node.kind !== "model") return [];
      const { files } = await ask("models.show", { name: node.entry.name }, signal);
      const names = tellingNames(files.map(({ path }) => path));
      return files.map((file) => ({
        kind: "file",
        group: node.group,
        entry: node.entry.name,
        file,
        label: names.get(file.path) ?? file.path,
      }));
    },
    getTreeItem: (node) =>
      node.kind === "arriving" || node.kind === "download" ? arrivingItem(node, arriving) : modelsItem(node),
    resolveTreeItem: async (item, node, token) => {
      if (node.kind !== "model") return item;
      const details = await ask("models.show", { name: node.entry.name }, signalOf(token, signal));
      const { hoverOf } = await import("./model-hover.ts");
      item.tooltip = await hoverOf(details);
      return item;
    },
    more: (group) => {
      pages.set(group, (pages.get(group) ?? 1) + 1);
      refresh();
    },
    download: arriving.download,
    seen: fresh.seen,
    get shows() {
      return shows;
    },
    dispose: () => {
      clearTimeout(redraw);
      arriving.dispose();
      for (const subscription of subscriptions) subscription.dispose();
      changed.dispose();
    },
  };
}

function modelNode(
  group: string,
  entry: Entry,
  profiles: VerbResults["profiles.list"]["profiles"],
  active: ReadonlyMap<string, string>,
): ModelNode {
  const matching = profiles.filter((profile) => servesEntry(profile, entry));
  const [less] = matching.flatMap(({ id }) => active.get(id) ?? []);
  return {
    kind: "model",
    group,
    entry,
    servable: matching.length > 0,
    serving: less !== undefined,
    ...(less !== undefined && { less }),
  };
}

function groupNodes(by: Grouping, { rows, left }: Read<EntryGroups["groups"][number]>): ModelNode[] {
  const open = rows.length <= OPEN;
  const groups: ModelNode[] = rows.map(({ name, ...tally }) => ({ kind: "group", by, group: name, tally, open }));
  return left > 0 ? [...groups, { kind: "more", group: undefined, left }] : groups;
}
