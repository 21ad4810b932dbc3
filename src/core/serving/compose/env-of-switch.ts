import { reasonOf } from "../../util/faults.ts";
import type { ServingDeps } from "../deps.ts";
import type { ServerProfile } from "../profile.ts";
import { type EnvFileBefore, planEnvFile, restoreEnvFile } from "./env-block.ts";

type Deps = Pick<ServingDeps, "files" | "log">;

/**
 * Brings `.env` up to the profile that is about to serve. What cannot be written keeps nothing from serving.
 * @param remember keeps what is needed to put it back, before anything of it is done
 * @returns that; undefined where nothing was done
 */
export async function writeEnv(
  { files, log }: Deps,
  { compose }: ServerProfile,
  remember: (before: EnvFileBefore) => Promise<void>,
): Promise<EnvFileBefore | undefined> {
  if (!compose) return undefined;
  try {
    const { before, content } = await planEnvFile(compose.envFile, compose.variables, files);
    if (!content) return undefined;
    await remember(before);
    await files.replace(before.file, content);
    return before;
  } catch (error) {
    log.warn(`${compose.envFile} cannot be brought up to date: ${reasonOf(error)}`);
    return undefined;
  }
}

/** As it was before a switch that did not come to its end; nothing where it is another's by now. */
export async function putEnvBack({ files, log }: Deps, before: EnvFileBefore | undefined): Promise<void> {
  if (!before) return;
  await restoreEnvFile(before, files).catch((error: unknown) =>
    log.warn(`${before.file} cannot be put back: ${reasonOf(error)}`),
  );
}
