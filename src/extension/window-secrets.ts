import type * as vscode from "vscode";
import type { Secrets } from "../core/ports/secrets.ts";
import type { Event } from "../core/util/events.ts";

/** The window's own store: what is in it never leaves it but to the core's memory. */
export const windowSecrets = (storage: vscode.SecretStorage): Secrets => ({
  get: async (name) => storage.get(`modelDeck.${name}`),
  set: async (name, value) => storage.store(`modelDeck.${name}`, value),
  delete: async (name) => storage.delete(`modelDeck.${name}`),
});

/** Names of secrets that were set or removed, in this window or another of the editor. */
export const secretChanges =
  (storage: vscode.SecretStorage): Event<string> =>
  (listener) =>
    storage.onDidChange(({ key }) => {
      if (key.startsWith("modelDeck.")) listener(key.slice("modelDeck.".length));
    });
