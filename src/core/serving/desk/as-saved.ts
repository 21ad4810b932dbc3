import { fault } from "../../util/faults.ts";
import { modelsRoot } from "../create-profile-book.ts";
import type { ServingDeps } from "../deps.ts";
import type { ServerProfile } from "../profile.ts";
import { settleProfile } from "../settle-profile.ts";
import { checkPatch } from "./check-patch.ts";
import type { ProfilePatch } from "./profile-desk.ts";
import { patched } from "./profile-values.ts";

/** A profile as it would be read again after a save. @throws FaultError as the save would, or where it could not be served */
export const createAsSaved =
  ({ profiles, settings }: Pick<ServingDeps, "profiles" | "settings">) =>
  async (id: string, patch: ProfilePatch, signal: AbortSignal): Promise<ServerProfile> => {
    const { profile, values } = await profiles.show(id, signal);
    const before = await profiles.find(id, signal).catch(() => undefined);
    const { file, line, source } = profile;
    const now = patched(values, checkPatch(patch, "profiles.command")).map((value) => ({
      ...value,
      origin: { kind: "file", file, line, section: profile.id } as const,
    }));
    const root = modelsRoot(settings());
    const { compose, mounts, devices, groups, unset } = before ?? {};
    const { server, shown } = settleProfile({
      id: profile.id,
      source,
      file,
      line,
      root,
      values: now,
      problems: [],
      compose,
      mounts,
      devices,
      groups,
      unset,
    });
    if (server) return server;
    throw fault({
      code: "configInvalid",
      path: file,
      line,
      problem: shown.problems[0]?.problem ?? "It cannot be served",
    });
  };
