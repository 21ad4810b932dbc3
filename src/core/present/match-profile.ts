import type { Entry } from "../protocol/models.ts";
import type { Profile } from "../protocol/profiles.ts";
import type { Server, ServingStatus } from "../protocol/serving.ts";
import { differenceWords } from "./difference-words.ts";

/**
 * Whether the profile serves that entry: its MODEL, written below some models folder or absolute, is the end of the
 * entry's path, folder by folder.
 */
export function servesEntry(profile: Pick<Profile, "model">, entry: Pick<Entry, "path">): boolean {
  if (entry.path === undefined || profile.model === "") return false;
  const path = slashed(entry.path);
  const model = slashed(profile.model).replace(/^(\.\/)+/, "");
  return path === model || path.endsWith(model.startsWith("/") ? model : `/${model}`);
}

const slashed = (path: string): string => path.replaceAll("\\", "/");

/** The profiles that serve it; what is no benchmark first. */
export const profilesOf = (profiles: readonly Profile[], entry: Pick<Entry, "path">): readonly Profile[] =>
  profiles
    .filter((profile) => servesEntry(profile, entry))
    .toSorted((one, other) => Number(one.bench) - Number(other.bench));

/** The server that is up, or coming up, with one of these; another may have failed with it. */
export const serverOf = ({ servers }: ServingStatus, isOne: (profile: string) => boolean): Server | undefined =>
  servers.find(({ profile, state }) => profile !== undefined && isUp(state) && isOne(profile));

/** Ids of profiles whose server is up or coming up. */
export const servedProfiles = (status: ServingStatus): readonly string[] => [...served(status).keys()];

/** The same, each with what it was given less of than was asked for, in a few words. */
export const served = (status: ServingStatus): ReadonlyMap<string, string> =>
  new Map(
    status.servers
      .filter(({ state }) => isUp(state))
      .flatMap(({ profile, differences }) =>
        profile === undefined ? [] : [[profile, differenceWords(differences)] as const],
      ),
  );

const isUp = (state: Server["state"]): boolean => state === "ready" || state === "loading" || state === "starting";
