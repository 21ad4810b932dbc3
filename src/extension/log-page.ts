import type { ToPage } from "../core/protocol/page.ts";
import type { DeckEvent } from "../core/protocol/snapshot.ts";
import type { Ask } from "./ask.ts";
import { type LogFeed, createLogFeed } from "./log-feed.ts";
import type { Report } from "./report.ts";

/** As many as the page keeps. */
const LINES = 5000;

/** The log that the page shows, on its way there. */
export interface LogPage {
  /** Sends it from the beginning where the page has nothing of it. */
  watch(server: string | undefined, post: (message: ToPage) => void): void;
  hear(event: Extract<DeckEvent, { kind: "logs" }>): void;
  take(): Extract<ToPage, { kind: "logs" }> | undefined;
  /** The page has nothing any more. */
  forget(): void;
}

export function createLogPage(deps: {
  readonly ask: Ask;
  readonly report: Report;
  readonly signal: AbortSignal;
}): LogPage {
  let feed: LogFeed | undefined;
  const anew = async (server: string, post: (message: ToPage) => void): Promise<void> => {
    const own = createLogFeed(server);
    feed = own;
    const log = await deps.ask("serving.logs", { server, lines: LINES }, deps.signal);
    if (feed === own) post(own.whole(log));
  };
  return {
    watch: (server, post) => {
      if (server !== undefined && feed?.server !== server) void anew(server, post).catch(deps.report.error);
    },
    hear: (event) => {
      // Where lines are missing all is sent once more.
      if (feed?.hear(event) === false) feed = undefined;
    },
    take: () => feed?.take(),
    forget: () => {
      feed = undefined;
    },
  };
}
