import type { ToPage } from "../core/protocol/page.ts";
import type { DeckEvent } from "../core/protocol/snapshot.ts";

type LogEvent = Extract<DeckEvent, { kind: "logs" }>;
type LogMessage = Extract<ToPage, { kind: "logs" }>;

/** One server's lines on their way to the page: once whole, then what is new, gathered until it is taken. */
export interface LogFeed {
  readonly server: string;
  /** Lines as they come; those of other servers are passed over. False: some before these never came. */
  hear(event: LogEvent): boolean;
  /** What the core has kept; lines heard meanwhile are in it. */
  whole(log: { readonly lines: readonly string[]; readonly dropped: number; readonly next: number }): LogMessage;
  /** What came since it was last taken; undefined where nothing did, or the whole is still to come. */
  take(): LogMessage | undefined;
}

export function createLogFeed(server: string): LogFeed {
  let next: number | undefined;
  let dropped = 0;
  let gathered: string[] = [];
  return {
    server,
    hear: (event) => {
      // Before the whole is there the number of the next line is not known, and all will be in it.
      if (event.server !== server || next === undefined) return true;
      const known = next + gathered.length - event.first;
      if (known < 0) return false;
      gathered.push(...event.lines.slice(known));
      return true;
    },
    whole: (log) => {
      ({ next, dropped } = log);
      gathered = [];
      return { kind: "logs", server, first: next - log.lines.length, lines: log.lines, dropped, whole: true };
    },
    take: () => {
      if (next === undefined || gathered.length === 0) return undefined;
      const message: LogMessage = { kind: "logs", server, first: next, lines: gathered, dropped, whole: false };
      next += gathered.length;
      gathered = [];
      return message;
    },
  };
}
