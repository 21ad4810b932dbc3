import * as vscode from "vscode";
import type { Log } from "../core/ports/log.ts";
import { createRedactor } from "../core/util/redact.ts";
import { redactedLog } from "../core/util/redacted-log.ts";

/** The channel people see, and the same as the core's port: every line is redacted on its way. */
export function openLog(): { readonly channel: vscode.LogOutputChannel; readonly log: Log } {
  const channel = vscode.window.createOutputChannel("Model Deck", { log: true });
  return { channel, log: redactedLog((level, line) => channel[level](line), createRedactor()) };
}
