import type { Web, WebAnswer } from "../ports/web.ts";
import type { AccountCheck, AccountProvider } from "../protocol/accounts.ts";
import { retryAfter } from "../sources/hub-faults.ts";
import type { SourceAccess } from "../sources/access.ts";
import { fault } from "../util/faults.ts";
import { bytes, millis } from "../util/ids.ts";

/** Accounts at hubs: whether a token is set, and whose it is; never the token. */
export interface Accounts {
  status(): Promise<Readonly<Record<AccountProvider, boolean>>>;
  /** Asks the hub who one is. A token it refuses is an answer. Rejects where the hub does not answer. */
  check(provider: AccountProvider, signal: AbortSignal): Promise<AccountCheck>;
}

export interface AccountParts {
  readonly web: Web;
  readonly access: SourceAccess;
}

/** Where each says who asks, and in which field. */
const WHO: Readonly<Record<AccountProvider, { readonly path: string; readonly field: string }>> = {
  huggingface: { path: "/api/whoami-v2", field: "name" },
  civitai: { path: "/api/v1/me", field: "username" },
};

const LONGEST_ANSWER = bytes(2 ** 20);
const LONGEST_NAME = 100;

export function createAccounts({ web, access }: AccountParts): Accounts {
  return {
    status: async () => {
      const isSet = async (one: AccountProvider) => [one, (await access.tokenFor(one)) !== undefined] as const;
      const [huggingface, civitai] = await Promise.all([isSet("huggingface"), isSet("civitai")]);
      return { huggingface: huggingface[1], civitai: civitai[1] };
    },
    check: async (provider, signal) => {
      const token = await access.tokenFor(provider);
      if (token === undefined) return { provider, state: "none" };
      const endpoint = access.endpointFor(provider, undefined);
      const { path, field } = WHO[provider];
      const answer = await web.ask({ url: endpoint + path, token, limit: LONGEST_ANSWER }, signal);
      if (answer.status === 401 || answer.status === 403) return { provider, state: "refused" };
      const { host } = new URL(endpoint);
      if (answer.status === 429)
        throw fault({ code: "rateLimited", host, retryAfter: retryAfter(answer) ?? millis(30_000) });
      if (answer.status !== 200) throw fault({ code: "network", host, reason: `status ${answer.status}` });
      const name = nameIn(answer, field);
      if (name === undefined) throw fault({ code: "network", host, reason: "its answer makes no sense" });
      return { provider, state: "valid", name };
    },
  };
}

function nameIn(answer: WebAnswer, field: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(answer.body));
    if (typeof parsed !== "object" || parsed === null) return undefined;
    const name: unknown = Object.entries(parsed).find(([key]) => key === field)?.[1];
    return typeof name === "string" && name !== "" ? name.slice(0, LONGEST_NAME) : undefined;
  } catch {
    return undefined;
  }
}
