import * as vscode from "vscode";
import { fieldWords, filterWords, isFilter } from "../core/present/model-filter.ts";
import { isMoving, queueSummary } from "../core/present/queue-row.ts";
import type { ServingStatus } from "../core/protocol/serving.ts";
import type { Disposable } from "../core/util/events.ts";
import { createScope } from "../core/util/scope.ts";
import type { VerbResults } from "./ask.ts";
import { createContextKeys } from "./context-keys.ts";
import { viewIds } from "./contributions.ts";
import type { ViewState } from "./library/view-state.ts";
import type { ModelsTree } from "./models-tree.ts";
import type { Reading } from "./reading.ts";

/**
 * The view *Models* around its tree: badge and message tell of downloads, of an engine that is away, and of
 * what the filter lets through.
 */
export function createModelsView(
  tree: ModelsTree,
  downloads: Reading<VerbResults["downloads.list"]>,
  serving: Reading<ServingStatus>,
  look: ViewState,
): Disposable {
  const scope = createScope();
  const view = scope.use(
    vscode.window.createTreeView(viewIds.models, {
      treeDataProvider: tree,
      showCollapseAll: true,
      canSelectMany: true,
    }),
  );
  const writeMessage = (): void => {
    const list = downloads.value.downloads;
    const { runtime } = serving.value;
    const away = runtime?.available === false ? runtime.reason.message : "";
    // A message takes the place of the welcome view, which says more.
    const idle = tree.shows === "empty" && !list.some(({ state }) => isMoving(state));
    const lines = [filterLine(tree, look), [away, queueSummary(list)].filter((part) => part !== "").join(" · ")];
    const message = idle ? "" : lines.filter((line) => line !== "").join("\n");
    if (message !== (view.message ?? "")) view.message = message;
  };
  // No progress of the view besides: its sign would hide the number.
  const writeBadge = (): void => {
    const count = waitingOrMoving(downloads.value.downloads);
    const badge = count === 0 ? undefined : { value: count, tooltip: queueSummary(downloads.value.downloads) };
    if (badge?.value !== view.badge?.value || badge?.tooltip !== view.badge?.tooltip) view.badge = badge;
  };
  let timer: NodeJS.Timeout | undefined;
  /** Once a second: a line that flickers is read by no one, and each is a message to the editor. */
  const drawLater = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      writeMessage();
      writeBadge();
    }, 1000);
  };
  /** The number at once; what it says of speed with the message. */
  const draw = (): void => {
    drawLater();
    if (waitingOrMoving(downloads.value.downloads) !== (view.badge?.value ?? 0)) writeBadge();
  };
  const setContext = createContextKeys();
  const drawLook = (): void => {
    view.description =
      look.groupBy === "backend" ? "" : vscode.l10n.t("by {0}", fieldWords(look.groupBy).toLowerCase());
    setContext("modelDeck.filtered", isFilter(look.filter));
    // What a person just set is shown at once; whether anything fits is known when the tree was drawn.
    writeMessage();
    drawLater();
  };
  scope.use(look.onChange(drawLook));
  drawLook();
  scope.use(downloads.onChange(draw));
  scope.use({ dispose: () => clearTimeout(timer) });
  scope.use(serving.onChange(drawLater));
  // Only a view that is to be seen knows whether it is empty.
  scope.use(view.onDidChangeVisibility(drawLater));
  scope.use(tree.onDidChangeTreeData(drawLater));
  draw();
  return scope;
}

const waitingOrMoving = (list: VerbResults["downloads.list"]["downloads"]): number =>
  list.filter(({ state }) => isMoving(state) || state === "queued").length;

/** What is let through, and that nothing came through where it is so; empty without a filter. */
function filterLine(tree: ModelsTree, { filter }: ViewState): string {
  const none = tree.shows === "filtered";
  if (isFilter(filter)) {
    const words = vscode.l10n.t("Filter: {0}", filterWords(filter));
    return none ? `${words} – ${vscode.l10n.t("no model fits.")}` : words;
  }
  return none
    ? vscode.l10n.t("All models are deprecated or for testing, and so hidden: the filter can show them.")
    : "";
}
