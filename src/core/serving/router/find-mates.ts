import type { Files } from "../../ports/files.ts";
import type { Mate, ServerBackend } from "../backend.ts";
import { findModelFiles } from "../model-files.ts";
import type { ServerProfile } from "../profile.ts";
import type { ProfileBook } from "../profile-book.ts";

/** The other profiles of a profile's router, by id, those alone that could be served now; undefined where it has none. */
export async function findMates(
  { id, group, router, backend: name }: ServerProfile,
  backend: Pick<ServerBackend, "fileFlags">,
  { profiles, files }: { readonly profiles: Pick<ProfileBook, "list" | "find">; readonly files: Files },
  signal: AbortSignal,
): Promise<readonly Mate[] | undefined> {
  if (router === undefined) return undefined;
  const { profiles: all } = await profiles.list(signal);
  const others = all.filter(
    (one) => one.router === router && one.group === group && one.backend === name && one.id !== id,
  );
  const found = await Promise.all(
    others
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .map(async (other): Promise<Mate | undefined> => {
        try {
          const profile = await profiles.find(other.id, signal);
          const model = await findModelFiles(profile.modelPath, profile.extraArgs, backend.fileFlags, files);
          return { profile, model };
        } catch {
          // What is wrong with it is said where it is asked for.
          signal.throwIfAborted();
          return undefined;
        }
      }),
  );
  return found.filter((mate) => mate !== undefined);
}
