import * as vscode from "vscode";
import type { ContextKeys } from "./contributions.ts";

export type SetContext = <Key extends keyof ContextKeys>(key: Key, value: ContextKeys[Key]) => void;

/** Sets a key only when it changes: each one makes the workbench look at all its menus. */
export function createContextKeys(): SetContext {
  const last = new Map<string, unknown>();
  return (key, value) => {
    if (last.get(key) === value) return;
    last.set(key, value);
    void vscode.commands.executeCommand("setContext", key, value);
  };
}
