import type { StoreSight } from "../ports/store-disk.ts";
import { orTrouble } from "./problem-of.ts";

/** Names of the folders in a folder, links to folders too; without hidden ones. */
export function foldersIn(folder: string, sight: StoreSight): readonly string[] {
  const { disk } = sight;
  const leadsToFolder = (link: string): boolean =>
    orTrouble(link, sight, false, () => disk.stat(link)?.kind === "folder");
  return (disk.list(folder) ?? [])
    .filter(
      ({ name, kind }) =>
        !name.startsWith(".") && (kind === "folder" || (kind === "link" && leadsToFolder(`${folder}/${name}`))),
    )
    .map(({ name }) => name);
}
