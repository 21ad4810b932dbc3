import type { AccountProvider } from "../protocol/accounts.ts";
import type { Trouble } from "../protocol/downloads.ts";

/** Whose token would help; undefined where none does. In step with the buttons of `troubleActions`. */
export function tokenWantedFor(trouble: Trouble | undefined): AccountProvider | undefined {
  if (trouble?.code === "unauthorized") return trouble.facts["provider"] === "civitai" ? "civitai" : "huggingface";
  return trouble?.code === "gated" && trouble.facts["tokenGiven"] === false ? "huggingface" : undefined;
}
