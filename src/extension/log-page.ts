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
  /** The server is another than it was: what could not be read may be asked for again. */
  retry(): void;
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
  /** The one that could not be read; it stays until something of its server changes. */
  let failed: LogFeed | undefined;
  let told = "";
  const retry = (): void => {
    if (feed === failed) feed = undefined;
  };
  const anew = async (server: string, post: (message: ToPage) => void): Promise<void> => {
    const own = createLogFeed(server);
    feed = own;
    try {
      const log = await deps.ask("serving.logs", { server, lines: LINES }, deps.signal);
      if (feed !== own) return;
      told = "";
      post(own.whole(log));
    } catch (error) {
      if (feed !== own) return;
      failed = own;
      const reason = `${server}: ${String(error)}`;
      if (reason !== told) deps.report.error(error);
      told = reason;
    }
  };
  return {
    watch: (server, post) => {
      if (server !== undefined && feed?.server !== server) void anew(server, post);
    },
    hear: (event) => {
      if (event.server === failed?.server) retry();
      // Where lines are missing all is sent once more.
      if (feed?.hear(event) === false) feed = undefined;
    },
    retry,
    take: () => feed?.take(),
    forget: () => {
      feed = undefined;
    },
  };
}
