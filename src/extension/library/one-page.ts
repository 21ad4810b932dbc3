import type { Disposable } from "../../core/util/events.ts";
import type { Desk } from "./handlers.ts";
import { type PageOptions, type PagePanel, openPagePanel } from "./page-panel.ts";

/** A page there is one of: opened once, brought to the front after that. */
export interface OnePage extends Disposable {
  readonly show: () => void;
  readonly changed: () => void;
}

export function createOnePage(desk: Desk, options: Omit<PageOptions, "closed">): OnePage {
  let panel: PagePanel | undefined;
  return {
    show: () => {
      if (panel) return panel.reveal();
      panel = openPagePanel(desk, { ...options, closed: () => (panel = undefined) });
    },
    changed: () => panel?.changed(),
    dispose: () => panel?.dispose(),
  };
}
