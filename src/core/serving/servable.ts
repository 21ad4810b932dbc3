import type { Files } from "../ports/files.ts";
import type { RoomyContexts } from "../fit/roomy-contexts.ts";
import type { Registry } from "../registry/registry.ts";
import { type EntryToServe, entriesToServe } from "./entries-to-serve.ts";

const AT_ONCE = 64;
const TABLES: ReadonlySet<string> = new Set(["entries", "files", "characteristics", "shapes"]);

export interface Servable {
  readonly entries: readonly EntryToServe[];
  /** See `RoomyContexts`. */
  readonly roomy: ReadonlyMap<string, number>;
}

/** Entries that can be served and whose file is there; looked up anew where the collection changed. */
export function createServable(
  registry: Pick<Registry, "query" | "onChange" | "onPresence">,
  files: Pick<Files, "stat">,
  contexts: RoomyContexts,
  onChange: () => void,
): { entries(): Promise<Servable> } {
  let kept: Promise<Servable> | undefined;
  const forget = (): void => {
    if (!kept) return;
    kept = undefined;
    onChange();
  };
  registry.onChange((changes) => {
    if (changes === "many" || changes.some(({ table }) => TABLES.has(table))) forget();
  });
  registry.onPresence(forget);
  const read = async (): Promise<Servable> => {
    const entries = await entriesToServe(registry);
    const there: EntryToServe[] = [];
    for (let at = 0; at < entries.length; at += AT_ONCE) {
      const some = entries.slice(at, at + AT_ONCE);
      const facts = await Promise.all(some.map(({ path }) => files.stat(path).catch(() => undefined)));
      there.push(...some.filter((_, index) => facts[index]?.kind === "file"));
    }
    return { entries: there, roomy: await contexts(there) };
  };
  return {
    entries: () => {
      const asked = (kept ??= read());
      asked.catch(() => {
        if (kept === asked) kept = undefined;
      });
      return asked;
    },
  };
}
