import * as v from "valibot";
import { accountProviders } from "../protocol/accounts.ts";
import { verb } from "./verb.ts";

/** Setting and removing are the window's own: its secret store is where tokens lie. */
export const accountsStatus = verb({
  name: "accounts.status",
  args: v.strictObject({}),
  scope: "read",
  doors: ["palette"],
  changes: false,
  run: async (core) => ({ accounts: await core.accounts.status() }),
});

export const accountsCheck = verb({
  name: "accounts.check",
  args: v.strictObject({ provider: v.picklist(accountProviders) }),
  scope: "read",
  doors: ["palette"],
  changes: false,
  run: (core, args, signal) => core.accounts.check(args.provider, signal),
});
