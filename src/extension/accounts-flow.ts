import * as vscode from "vscode";
import type { Secrets } from "../core/ports/secrets.ts";
import { type AccountCheck, type AccountProvider, accountProviders } from "../core/protocol/accounts.ts";
import { type Accounts, accountNames, accountsIn, askProvider, removeAccount, setAccount } from "./accounts.ts";
import type { Ask } from "./ask.ts";
import { pickOne } from "./pick.ts";
import type { Report } from "./report.ts";
import { failedForToken, retryForToken } from "./token-retries.ts";

/** What accounts are asked and told with. */
interface AccountDesk {
  readonly ask: Ask;
  readonly secrets: Secrets;
  readonly report: Report;
  readonly signal: AbortSignal;
}

interface Row extends vscode.QuickPickItem {
  readonly provider: AccountProvider;
}

const checkButton = (): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon("verified"),
  tooltip: vscode.l10n.t("Check Whose Token It Is"),
});
const removeButton = (): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon("trash"),
  tooltip: vscode.l10n.t("Remove the Token"),
});

/** Which accounts there are, each with a button to check it and one to remove its token; picking one sets it. */
export async function accountsFlow(desk: AccountDesk): Promise<void> {
  const { ask, secrets, signal } = desk;
  const { accounts } = await ask("accounts.status", {}, signal);
  const box = vscode.window.createQuickPick<Row>();
  box.title = vscode.l10n.t("Accounts");
  box.placeholder = vscode.l10n.t("Pick one to set its token");
  const rowOf = (provider: AccountProvider, words: string, isSet: boolean): Row => ({
    label: accountNames[provider],
    description: words,
    provider,
    buttons: isSet ? [checkButton(), removeButton()] : [],
  });
  const tell = (provider: AccountProvider, words: string, isSet: boolean): void => {
    box.items = box.items.map((row) => (row.provider === provider ? rowOf(provider, words, isSet) : row));
  };
  box.items = accountProviders.map((provider) =>
    rowOf(provider, setWords(accounts[provider] === true), accounts[provider] === true),
  );
  const closed = Promise.withResolvers<AccountProvider | undefined>();
  box.onDidTriggerItemButton(({ item: { provider }, button }) => {
    const isRemoval = button.iconPath instanceof vscode.ThemeIcon && button.iconPath.id === "trash";
    const deed = isRemoval
      ? secrets.delete(provider).then(() => tell(provider, setWords(false), false))
      : ask("accounts.check", { provider }, signal).then((check) =>
          tell(provider, checkWords(check), check.state !== "none"),
        );
    box.busy = true;
    void deed
      .catch((error: unknown) => closed.reject(error))
      .finally(() => {
        box.busy = false;
      });
  });
  box.onDidAccept(() => closed.resolve(box.selectedItems[0]?.provider));
  box.onDidHide(() => closed.resolve(undefined));
  box.show();
  const provider = await closed.promise.finally(() => box.dispose());
  if (provider !== undefined) await setFlow(desk, { provider });
}

/** Sets a token, and says at once whose it is: a wrong one would be noticed only at the next download. */
export async function setFlow(
  desk: AccountDesk,
  args: Readonly<Record<string, unknown>>,
): Promise<Accounts | undefined> {
  const { secrets } = desk;
  // With the token at hand it answers like an API.
  if (args["secret"] !== undefined) return setAccount(secrets, args);
  const wanted = args["provider"];
  const provider = wanted === undefined ? await askProvider() : accountProviders.find((one) => one === wanted);
  if (wanted === undefined && provider === undefined) return undefined;
  const set = await setAccount(secrets, provider === undefined ? args : { ...args, provider });
  if (set && provider) void tellSet(desk, provider, set).catch(() => undefined);
  return set;
}

async function tellSet(desk: AccountDesk, provider: AccountProvider, { accounts }: Accounts): Promise<void> {
  const { ask, signal } = desk;
  const name = accountNames[provider];
  if (accounts[provider] !== true) return tellRemoved(provider);
  const check = await ask("accounts.check", { provider }, signal);
  const words = `${name}: ${plain(checkWords(check))}`;
  if (check.state !== "refused") return tellSigned(desk, provider, words);
  const again = vscode.l10n.t("Set Another");
  if ((await vscode.window.showWarningMessage(words, again)) === again) await setFlow(desk, { provider });
}

/** What failed for want of this token goes on by a press. */
async function tellSigned(
  { ask, report, signal }: AccountDesk,
  provider: AccountProvider,
  words: string,
): Promise<void> {
  const { length: count } = await failedForToken(ask, provider, signal);
  const retry = count === 1 ? vscode.l10n.t("Retry Its Download") : vscode.l10n.t("Retry Its {0} Downloads", count);
  const pressed = await vscode.window.showInformationMessage(words, ...(count > 0 ? [retry] : []));
  // Who pressed it hears what became of it.
  if (pressed === retry) await retryForToken(ask, provider, signal).catch(report.error);
}

/** Asks which where there are several, and says that it is gone. */
export async function removeFlow(secrets: Secrets): Promise<Accounts | undefined> {
  const before = await accountsIn(secrets);
  const after = await removeAccount(secrets, {});
  const gone = accountProviders.find((one) => before.accounts[one] === true && after?.accounts[one] !== true);
  if (after && gone) tellRemoved(gone);
  return after;
}

const tellRemoved = (provider: AccountProvider): void =>
  void vscode.window.showInformationMessage(vscode.l10n.t("{0}: the token is removed.", accountNames[provider]));

const plain = (words: string): string => words.replace(/^\$\([\w-]+\) /, "");

const setWords = (isSet: boolean): string =>
  isSet ? vscode.l10n.t("a token is set") : vscode.l10n.t("no token is set");

function checkWords(check: AccountCheck): string {
  switch (check.state) {
    case "valid":
      return `$(check) ${vscode.l10n.t("signed in as {0}", check.name)}`;
    case "refused":
      return `$(warning) ${vscode.l10n.t("its token is refused: set another")}`;
    case "none":
      return setWords(false);
  }
}

/** Asks which where there are several, and says whose its token is. */
export async function checkFlow(ask: Ask, signal: AbortSignal): Promise<void> {
  const provider = await pickOne(
    { title: vscode.l10n.t("Check Account"), placeholder: vscode.l10n.t("An account of which hub"), none: "" },
    accountProviders.map((value) => ({ value, label: accountNames[value] })),
  );
  if (provider === undefined) return;
  const words = plain(checkWords(await ask("accounts.check", { provider }, signal)));
  void vscode.window.showInformationMessage(`${accountNames[provider]}: ${words}`);
}
