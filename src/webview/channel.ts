import type { ToHost, ToPage } from "../core/protocol/page.ts";
import { parseToPage } from "../core/protocol/parse-page.ts";

declare function acquireVsCodeApi(): {
  postMessage(message: ToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
};

/** The page's one line to the host. */
export interface Channel {
  readonly send: (message: ToHost) => void;
  /** What is not a message of ours is passed over. */
  readonly listen: (listener: (message: ToPage) => void) => void;
  /** What this page alone knows, such as a filter: kept while it is hidden. */
  readonly remember: (notes: Readonly<Record<string, string | boolean>>) => void;
  readonly remembered: (name: string) => unknown;
}

export function openChannel(): Channel {
  const host = acquireVsCodeApi();
  const kept = host.getState();
  const notes: Record<string, unknown> = typeof kept === "object" && kept !== null ? { ...kept } : {};
  return {
    send: (message) => host.postMessage(message),
    listen: (listener) =>
      window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        const message = parseToPage(data);
        if (message) listener(message);
      }),
    remember: (more) => host.setState(Object.assign(notes, more)),
    remembered: (name) => notes[name],
  };
}
