import type { Files } from "../ports/files.ts";
import type { Registry } from "../registry/registry.ts";
import { type EntryToServe, entriesToServe } from "./entries-to-serve.ts";

const AT_ONCE = 64;

/** Entries that can be served and whose file is there; looked up anew where the collection changed. */
export function createServable(
  registry: Pick<Registry, "query" | "onChange" | "onPresence">,
  files: Pick<Files, "stat">,
  onChange: () => void,
): { entries(): Promise<readonly EntryToServe[]> } {
  let kept: Promise<readonly EntryToServe[]> | undefined;
  const forget = (): void => {
    if (!kept) return;
    kept = undefined;
    onChange();
  };
  registry.onChange((changes) => {
    if (
      changes === "many" ||
      changes.some(({ table }) => table === "entries" || table === "files" || table === "characteristics")
    )
      forget();
  });
  registry.onPresence(forget);
  const read = async (): Promise<readonly EntryToServe[]> => {
    const entries = await entriesToServe(registry);
    const there: EntryToServe[] = [];
    for (let at = 0; at < entries.length; at += AT_ONCE) {
      const some = entries.slice(at, at + AT_ONCE);
      const facts = await Promise.all(some.map(({ path }) => files.stat(path).catch(() => undefined)));
      there.push(...some.filter((_, index) => facts[index]?.kind === "file"));
    }
    return there;
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
