import { reasonOf } from "../../util/faults.ts";
import type { ServingDeps } from "../deps.ts";
import type { ServerProfile } from "../profile.ts";
import { type EnvFileBefore, prepareEnvFile, restoreEnvFile } from "./env-block.ts";

type Deps = Pick<ServingDeps, "files" | "log">;

/** Brings `.env` up to the profile that is about to serve. What cannot be written keeps nothing from serving. */
export async function writeEnv({ files, log }: Deps, profile: ServerProfile): Promise<EnvFileBefore | undefined> {
  const { compose } = profile;
  if (!compose) return undefined;
  try {
    return await prepareEnvFile(compose.envFile, compose.variables, files);
  } catch (error) {
    log.warn(`${compose.envFile} cannot be brought up to date: ${reasonOf(error)}`);
    return undefined;
  }
}

/** As it was before a switch that did not come to its end. */
export async function putEnvBack({ files, log }: Deps, before: EnvFileBefore | undefined): Promise<void> {
  if (!before) return;
  await restoreEnvFile(before, files).catch((error: unknown) =>
    log.warn(`${before.file} cannot be put back: ${reasonOf(error)}`),
  );
}
