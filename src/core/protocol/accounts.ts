/** Where a person may have an account whose token is kept for them; the name of the secret, too. */
export const accountProviders = ["huggingface", "civitai"] as const;
export type AccountProvider = (typeof accountProviders)[number];

/** Whose token is kept, as the hub says. `none`: none is set. `refused`: the hub does not know it, or no longer. */
export type AccountCheck =
  | { readonly provider: AccountProvider; readonly state: "valid"; readonly name: string }
  | { readonly provider: AccountProvider; readonly state: "none" | "refused" };
