import type { Log } from "../ports/log.ts";
import { reasonOf } from "./faults.ts";
import type { Redactor } from "./redact.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogSink = (level: LogLevel, line: string) => void;

/** The one way a line leaves the core: through the redactor. */
export function redactedLog(sink: LogSink, redact: Redactor): Log {
  const write =
    (level: LogLevel) =>
    (line: string): void =>
      sink(level, redact(line));
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: (line, error) => sink("error", redact(error === undefined ? line : `${line}\n${withCauses(error)}`)),
  };
}

/** Stack after stack, outermost first; own properties are left out, as libraries keep requests and headers there. */
function withCauses(error: unknown): string {
  const told: string[] = [];
  for (let current = error; current !== undefined && told.length < 5;) {
    told.push(current instanceof Error ? (current.stack ?? current.message) : reasonOf(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  return told.join("\ncaused by ");
}
