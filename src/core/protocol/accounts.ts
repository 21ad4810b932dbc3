/** Where a person may have an account whose token is kept for them; the name of the secret, too. */
export const accountProviders = ["huggingface", "civitai"] as const;
export type AccountProvider = (typeof accountProviders)[number];
