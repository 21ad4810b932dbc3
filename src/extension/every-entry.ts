import type { Entry } from "../core/protocol/models.ts";
import type { Ask } from "./ask.ts";

const PAGE = 1000;

/** More than a box of choices is looked through in; the view has them all. */
const MOST = 20_000;

/** The entries that fit, page after page: what a box of choices does not hold cannot be found by typing its name. */
export async function everyEntry(
  ask: Ask,
  args: { readonly installed?: boolean; readonly includeDeprecated?: boolean; readonly includeTesting?: boolean },
  signal: AbortSignal,
): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask("models.list", { ...args, limit: PAGE, ...(cursor !== undefined && { cursor }) }, signal);
    found.push(...page.entries);
    ({ cursor } = page);
  } while (cursor !== undefined && found.length < MOST);
  return found;
}
