import * as vscode from "vscode";
import { isMoving, queueSummary } from "../core/present/queue-row.ts";
import type { ServingStatus } from "../core/protocol/serving.ts";
import type { Disposable } from "../core/util/events.ts";
import { createScope } from "../core/util/scope.ts";
import type { VerbResults } from "./ask.ts";
import { viewIds } from "./contributions.ts";
import type { ModelNode } from "./models-tree.ts";
import type { Reading } from "./reading.ts";

/** The view *Models* around its tree: badge, progress and message tell of downloads and of an engine that is away. */
export function createModelsView(
  tree: vscode.TreeDataProvider<ModelNode>,
  downloads: Reading<VerbResults["downloads.list"]>,
  serving: Reading<ServingStatus>,
): Disposable {
  const scope = createScope();
  const view = scope.use(
    vscode.window.createTreeView(viewIds.models, { treeDataProvider: tree, showCollapseAll: true }),
  );
  let finish: (() => void) | undefined;
  const showProgress = (moving: boolean): void => {
    if (moving === (finish !== undefined)) return;
    if (!moving) {
      finish?.();
      finish = undefined;
      return;
    }
    void vscode.window.withProgress(
      { location: { viewId: viewIds.models } },
      () => new Promise<void>((resolve) => (finish = resolve)),
    );
  };
  const draw = (): void => {
    const list = downloads.value.downloads;
    const summary = queueSummary(list);
    const count = list.filter(({ state }) => isMoving(state) || state === "failed").length;
    view.description = summary;
    view.badge = count === 0 ? undefined : { value: count, tooltip: summary };
    showProgress(list.some(({ state }) => isMoving(state)));
  };
  scope.use({ dispose: () => finish?.() });
  scope.use(downloads.onChange(draw));
  scope.use(
    serving.onChange(() => {
      const { runtime } = serving.value;
      view.message = runtime?.available === false ? runtime.reason.message : "";
    }),
  );
  draw();
  return scope;
}
