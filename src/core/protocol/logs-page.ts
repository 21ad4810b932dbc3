import { type Guard, isOneOf, isShape, isText } from "./shape.ts";

/** What the page says of logs beside what it always said. */
export interface LogsWords {
  readonly find: string;
  readonly next: string;
  readonly previous: string;
  /** `{0}` of `{1}`. */
  readonly found: string;
  readonly copy: string;
  readonly save: string;
}

export const isLogsWords: Guard<LogsWords> = isShape<LogsWords>({
  find: isText,
  next: isText,
  previous: isText,
  found: isText,
  copy: isText,
  save: isText,
});

/** The whole log, as the host has it, or of it what the filter shows. */
export interface LogIntent {
  readonly kind: "log";
  readonly deed: "copy" | "save";
  readonly server: string;
  /** Empty: all lines. */
  readonly filter: string;
}

export const isLogIntent: Guard<LogIntent> = isShape<LogIntent>({
  kind: isOneOf(["log"]),
  deed: isOneOf(["copy", "save"]),
  server: isText,
  filter: isText,
});
