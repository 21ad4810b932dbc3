import type { ToLibraryHost, ToLibraryPage } from "../../core/protocol/library-page.ts";
import { parseToLibraryPage } from "../../core/protocol/parse-library-page.ts";

declare function acquireVsCodeApi(): { postMessage(message: ToLibraryHost): void };

/** The one line of these pages to the host. */
export interface LibraryChannel {
  readonly send: (message: ToLibraryHost) => void;
  /** What is not a message of ours is passed over. */
  readonly listen: (listener: (message: ToLibraryPage) => void) => void;
}

export function openLibraryChannel(): LibraryChannel {
  const host = acquireVsCodeApi();
  return {
    send: (message) => host.postMessage(message),
    listen: (listener) =>
      window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        const message = parseToLibraryPage(data);
        if (message) listener(message);
      }),
  };
}
