import type { ProfileValue } from "../protocol/profiles.ts";
import { PLENTY } from "../fit/roomy-contexts.ts";
import type { EntryToServe } from "./entries-to-serve.ts";
import { type ReadProfile, settleProfile } from "./settle-profile.ts";

const EMBEDDING_GROUP = "embedding";

/** `auto-<entry>`, with what an id cannot hold as `-`. */
export const automaticId = (entry: string): string => `auto-${entry.replaceAll(/[^A-Za-z0-9_-]/g, "-")}`;

/**
 * A profile for every entry that can be served and that no profile of a file serves: the model, its projector, and a
 * context within what it was trained for and the machine has room for; all else is left to the server, which fits it to
 * the memory.
 * @param roomy the most context of an entry for which there is room, by its name
 * @param taken paths that profiles of files serve, and ids that are theirs
 */
export function automaticProfiles(
  entries: readonly EntryToServe[],
  roomy: ReadonlyMap<string, number>,
  taken: { readonly paths: ReadonlySet<string>; readonly ids: ReadonlySet<string> },
): readonly ReadProfile[] {
  const ids = new Set(taken.ids);
  return entries.flatMap((entry) => {
    const id = automaticId(entry.name);
    if (taken.paths.has(entry.path) || ids.has(id)) return [];
    ids.add(id);
    return [settleProfile(settlingOf(entry, id, roomy.get(entry.name) ?? PLENTY))];
  });
}

function settlingOf(entry: EntryToServe, id: string, most: number): Parameters<typeof settleProfile>[0] {
  const from = { kind: "entry", entry: entry.name } as const;
  const byDefault = { kind: "default" } as const;
  const args = [
    ...(entry.projector === undefined ? [] : ["--mmproj", entry.projector]),
    ...(entry.use === "embedding" ? ["--embedding"] : entry.use === "reranker" ? ["--reranking"] : []),
    ...entry.extraArgs,
  ];
  const context = entry.context === undefined ? undefined : Math.min(entry.context, most);
  const values: readonly (ProfileValue | undefined)[] = [
    { key: "name", value: entry.title, origin: from },
    { key: "model", value: entry.path, origin: from },
    { key: "backend", value: entry.backend, origin: from },
    context === undefined ? undefined : { key: "context", value: context, origin: from },
    args.length === 0 ? undefined : { key: "args", value: args, origin: from },
    {
      key: "group",
      value: entry.use === "chat" ? "default" : EMBEDDING_GROUP,
      origin: entry.use === "chat" ? byDefault : from,
    },
    entry.aliases.length === 0 ? undefined : { key: "aliases", value: entry.aliases, origin: from },
  ];
  return {
    id,
    source: "automatic",
    file: "",
    line: 0,
    root: "/",
    values: values.filter((value) => value !== undefined),
    problems: [],
    entry: entry.name,
  };
}
