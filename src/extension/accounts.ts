import * as vscode from "vscode";
import type { Secrets } from "../core/ports/secrets.ts";
import { type AccountProvider, accountProviders } from "../core/protocol/accounts.ts";
import { fault } from "../core/util/faults.ts";
import { pickOne } from "./pick.ts";

export interface Accounts {
  readonly accounts: Readonly<Record<string, boolean>>;
}

/**
 * Stores a token, which is asked for where it is not given, and so is whose it is. Answers which accounts are set, never
 * with what; undefined: given up.
 */
export async function setAccount(
  secrets: Secrets,
  args: Readonly<Record<string, unknown>>,
): Promise<Accounts | undefined> {
  const { provider: wanted, secret, ...others } = args;
  const problem = (path: string, what: string): never => {
    throw fault({ code: "badArguments", verb: "accounts.set", path, problem: what });
  };
  const named = accountProviders.find((one) => one === wanted);
  if (wanted !== undefined && named === undefined) return problem("provider", `takes ${accountProviders.join(" or ")}`);
  if (secret !== undefined && typeof secret !== "string") return problem("secret", "takes a text");
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return problem(unknown, "is not known");
  const provider = named ?? (secret === undefined ? await askProvider() : "huggingface");
  if (provider === undefined) return undefined;
  const given = secret ?? (await askSecret(provider));
  if (given === undefined) return undefined;
  const token = given.trim();
  await (token === "" ? secrets.delete(provider) : secrets.set(provider, token));
  return accountsIn(secrets);
}

/** Forgets a token; undefined: given up. */
export async function removeAccount(
  secrets: Secrets,
  args: Readonly<Record<string, unknown>>,
): Promise<Accounts | undefined> {
  const { provider: wanted, ...others } = args;
  const problem = (path: string, what: string): never => {
    throw fault({ code: "badArguments", verb: "accounts.remove", path, problem: what });
  };
  const named = accountProviders.find((one) => one === wanted);
  if (wanted !== undefined && named === undefined) return problem("provider", `takes ${accountProviders.join(" or ")}`);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return problem(unknown, "is not known");
  const provider = named ?? (await pickSet(secrets));
  if (provider === undefined) return undefined;
  await secrets.delete(provider);
  return accountsIn(secrets);
}

export async function accountsIn(secrets: Secrets): Promise<Accounts> {
  const isSet = async (one: AccountProvider) => [one, (await secrets.get(one)) !== undefined] as const;
  return { accounts: Object.fromEntries(await Promise.all(accountProviders.map(isSet))) };
}

async function pickSet(secrets: Secrets): Promise<AccountProvider | undefined> {
  const { accounts } = await accountsIn(secrets);
  return pickOne(
    {
      title: vscode.l10n.t("Remove Account Token"),
      placeholder: vscode.l10n.t("Whose token to remove"),
      none: vscode.l10n.t("No token is set."),
    },
    accountProviders.filter((one) => accounts[one] === true).map((value) => ({ value, label: accountNames[value] })),
  );
}

export const accountNames: Readonly<Record<AccountProvider, string>> = {
  huggingface: "Hugging Face",
  civitai: "Civitai",
};

export const askProvider = (): Promise<AccountProvider | undefined> =>
  pickOne(
    { title: vscode.l10n.t("Set Account Token"), placeholder: vscode.l10n.t("An account of which hub"), none: "" },
    accountProviders.map((value) => ({ value, label: accountNames[value] })),
  );

const askSecret = (provider: AccountProvider): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title: vscode.l10n.t("{0} Token", accountNames[provider]),
    prompt: vscode.l10n.t("It is kept in this editor's secret store. Leave it empty to remove the one that is set."),
    ...(provider === "huggingface" && { placeHolder: "hf_…" }),
    password: true,
    ignoreFocusOut: true,
  });
