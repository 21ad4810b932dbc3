import * as vscode from "vscode";
import { gpuItem } from "../core/present/gpu-words.ts";
import type { GpuStatus } from "../core/protocol/system.ts";
import type { Disposable } from "../core/util/events.ts";
import { isFault } from "../core/util/faults.ts";
import { createScope } from "../core/util/scope.ts";
import type { Ask } from "./ask.ts";
import type { DeckLink } from "./deck-link.ts";
import { gpuSettings } from "./settings.ts";

/** How busy the GPU is. Asked for only while this window has the focus; hidden where there is none. */
export function createGpuItem(link: DeckLink, ask: Ask, log: (error: unknown) => void): Disposable {
  const scope = createScope();
  const item = scope.use(vscode.window.createStatusBarItem("gpu", vscode.StatusBarAlignment.Left, 49));
  item.name = vscode.l10n.t("Model Deck: GPU Load");
  let timer: NodeJS.Timeout | undefined;
  let asking = false;
  let absent = false;

  const draw = (status: GpuStatus): void => {
    const words = gpuItem(status);
    absent = words === undefined;
    if (!words) return item.hide();
    item.text = `$(circuit-board) ${words.text}`;
    item.tooltip = new vscode.MarkdownString(words.tooltip);
    item.accessibilityInformation = { label: words.spoken };
    item.show();
  };
  const poll = async (): Promise<void> => {
    clearTimeout(timer);
    const { enabled, seconds } = gpuSettings();
    if (!enabled) item.hide();
    if (asking || !enabled || scope.signal.aborted || link.state.kind !== "open" || !vscode.window.state.focused)
      return;
    asking = true;
    try {
      draw(await ask("gpu.status", {}, scope.signal));
    } catch (error) {
      if (!scope.signal.aborted && !isFault(error, "ownerGone")) log(error);
      absent = true;
    } finally {
      asking = false;
    }
    // A GPU does not appear while one works; it is looked for again when the window or the settings change.
    if (!absent && !scope.signal.aborted) timer = setTimeout(() => void poll(), seconds * 1000);
  };
  scope.use({ dispose: () => clearTimeout(timer) });
  scope.use(link.onState(() => void poll()));
  scope.use(vscode.window.onDidChangeWindowState(() => void poll()));
  void poll();
  return scope;
}
