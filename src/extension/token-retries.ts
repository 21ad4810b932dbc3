import { tokenWantedFor } from "../core/present/token-wanted.ts";
import type { AccountProvider } from "../core/protocol/accounts.ts";
import type { Ask } from "./ask.ts";

/** The downloads that failed for want of the provider's token. */
export async function failedForToken(
  ask: Ask,
  provider: AccountProvider,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { downloads } = await ask("downloads.list", { state: "failed" }, signal);
  return downloads.flatMap(({ id, reason }) => (tokenWantedFor(reason) === provider ? [id] : []));
}

/** Those that did when they were offered may have gone since, and one that is not there refuses the deed on all. */
export async function retryForToken(ask: Ask, provider: AccountProvider, signal: AbortSignal): Promise<void> {
  const ids = await failedForToken(ask, provider, signal);
  if (ids.length > 0) await ask("downloads.retry", { ids }, signal);
}
