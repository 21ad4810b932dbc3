import * as vscode from "vscode";
import type { Secrets } from "../core/ports/secrets.ts";
import type { Event } from "../core/util/events.ts";
import { fault } from "../core/util/faults.ts";

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

export interface Accounts {
  readonly accounts: Readonly<Record<string, boolean>>;
}

/**
 * Stores a token, which is asked for where it is not given. Answers which accounts are set, never with what;
 * undefined: given up.
 */
export async function setAccount(
  secrets: Secrets,
  args: Readonly<Record<string, unknown>>,
): Promise<Accounts | undefined> {
  const { provider = "huggingface", secret, ...others } = args;
  const problem = (path: string, what: string): never => {
    throw fault({ code: "badArguments", verb: "accounts.set", path, problem: what });
  };
  if (provider !== "huggingface") return problem("provider", "only huggingface is known");
  if (secret !== undefined && typeof secret !== "string") return problem("secret", "takes a text");
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return problem(unknown, "is not known");
  const given = secret ?? (await askSecret());
  if (given === undefined) return undefined;
  const token = given.trim();
  await (token === "" ? secrets.delete(provider) : secrets.set(provider, token));
  return { accounts: { huggingface: (await secrets.get(provider)) !== undefined } };
}

const askSecret = (): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title: vscode.l10n.t("Hugging Face Token"),
    prompt: vscode.l10n.t("It is kept in this editor's secret store. Leave it empty to remove the one that is set."),
    placeHolder: "hf_…",
    password: true,
    ignoreFocusOut: true,
  });
