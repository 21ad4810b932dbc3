import { folderOf } from "../../downloads/safe-path.ts";
import { text } from "../../registry/columns.ts";
import type { Survey } from "../plan.ts";
import { byFolder, once } from "./by-folder.ts";
import { type Collection, isShared, isSynthetic } from "./collection.ts";
import { isBelow } from "./paths.ts";
import { type Free, realOf, rootsOf } from "./removing.ts";

/** Who else has use of bytes that are to go. */
export interface Others {
  /** The entry that stays and has these bytes, by whatever path, as its own. */
  entryWith(path: string): string | undefined;
  /** Why what was found stays for the sake of an entry or a setting. */
  claim(free: Free): string | undefined;
  /** Those that stay because their bytes have names or links that do not go with them, each with the words. */
  ties(leaving: readonly Free[]): ReadonlyMap<string, string>;
}

export function othersOf(survey: Survey, collection: Collection, going: ReadonlySet<string>): Others {
  const users = new Map<string, string>();
  for (const name of collection.names) {
    if (going.has(name)) continue;
    for (const row of [...collection.rows(name), ...collection.files(name)]) {
      const path = text(row, "path");
      if (path === undefined || isSynthetic(path)) continue;
      users.set(path, name);
      users.set(realOf(survey, path), name);
    }
  }
  const links = [...(survey.links ?? [])];
  const linksTo = Map.groupBy(links, ([, real]) => real);
  const usedFolders = once(() => byFolder([...users], ([path]) => path));
  const linkedFolders = once(() => byFolder(links, ([, real]) => real));
  const entryWith = (path: string): string | undefined => users.get(path) ?? users.get(realOf(survey, path));

  /** Who has a folder around it as a whole: all that lies in it is that entry's too. */
  function userAround(path: string): string | undefined {
    for (let at = path, folder = folderOf(at); folder !== at; at = folder, folder = folderOf(at)) {
      const user = users.get(folder);
      if (user !== undefined) return user;
    }
    return undefined;
  }

  /** A row has one entry, but a projector or a configuration serves all weights beside it. */
  function needed(path: string): string | undefined {
    if (!isShared(path)) return undefined;
    const [beside] = usedFolders().get(folderOf(path)) ?? [];
    return beside && `the entry ${beside[1]} lies beside it, and may need it`;
  }

  function claim({ path, facts }: Free): string | undefined {
    // A link may go although an entry has what it leads to.
    const user = facts.kind === "link" ? users.get(path) : (users.get(path) ?? users.get(facts.real));
    if (user !== undefined) return `the entry ${user} uses it`;
    const around = userAround(path) ?? (facts.kind === "link" ? undefined : userAround(facts.real));
    if (around !== undefined) return `the entry ${around} has the folder it lies in`;
    if (facts.kind !== "folder") return needed(path) ?? needed(facts.real);
    const [inside] = usedFolders().get(path) ?? usedFolders().get(facts.real) ?? [];
    if (inside !== undefined) return `the entry ${inside[1]} has files in it`;
    const roots = rootsOf(survey).flatMap((root) => [root, realOf(survey, root)]);
    const holdsRoot = roots.some((root) => [path, facts.real].some((one) => root === one || isBelow(root, one)));
    return holdsRoot ? "it is or holds a folder of the settings" : undefined;
  }

  function ties(leaving: readonly Free[]): ReadonlyMap<string, string> {
    const paths = new Set(leaving.map(({ path }) => path));
    const files = leaving.filter(({ facts }) => facts.kind === "file");
    const names = Map.groupBy(files, ({ facts }) => facts.seen.identity);
    const tie = ({ path, facts }: Free): string | undefined => {
      if (facts.kind === "link") return undefined;
      const toward = facts.kind === "folder" ? linkedFolders() : linksTo;
      const link = toward.get(facts.real)?.find(([from]) => from !== path && !paths.has(from) && !isBelow(from, path));
      if (link !== undefined) return `the link ${link[0]} leads to it`;
      const left = facts.kind === "folder" ? 0 : facts.names - (names.get(facts.seen.identity)?.length ?? 0);
      return left > 0 ? `${left} more ${left === 1 ? "name" : "names"} of the same bytes would stay` : undefined;
    };
    return new Map(
      leaving.flatMap((free) => {
        const reason = tie(free);
        return reason === undefined ? [] : [[free.path, reason] as const];
      }),
    );
  }

  return { entryWith, claim, ties };
}
