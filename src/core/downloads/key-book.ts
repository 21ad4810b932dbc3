import type { Files } from "../ports/files.ts";
import type { DiskQuestions } from "./disk-questions.ts";
import type { Item } from "./item.ts";
import { createPlaceKeys } from "./place-key.ts";
import type { DownloadPlan } from "./plan.ts";

/** By id: what it brings and where to, in words that are equal for equal deeds. */
export interface KeyBook {
  /** Keys of these plans, by the names as they are said where a disk does not answer; when it resolves, the items have theirs too, but those whose disk does not answer. */
  keysOf(plans: readonly DownloadPlan[], items: readonly Item[]): Promise<readonly string[]>;
  keep(id: string, key: string): void;
  has(id: string, key: string): boolean;
}

export function createKeyBook(files: Pick<Files, "resolve">, disks: Pick<DiskQuestions, "ask">): KeyBook {
  const keys = new Map<string, string>();
  const asSaid = createPlaceKeys({ resolve: async () => undefined });
  return {
    keysOf: async (plans, items) => {
      const keyOf = createPlaceKeys(files);
      const wanted = await Promise.all(
        plans.map((plan) => disks.ask(plan.root, () => keyOf(plan)).catch(() => asSaid(plan))),
      );
      const missing = items.filter(({ id }) => !keys.has(id));
      const giveKey = async ({ id, plan }: Item): Promise<void> => void keys.set(id, await keyOf(plan));
      for (const [root, some] of Map.groupBy(missing, ({ plan }) => plan.root))
        await disks.ask(root, () => Promise.all(some.map(giveKey))).catch(() => undefined);
      return wanted;
    },
    keep: (id, key) => void keys.set(id, key),
    has: (id, key) => keys.get(id) === key,
  };
}
