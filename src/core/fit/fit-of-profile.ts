import type { Files } from "../ports/files.ts";
import type { Fit } from "../protocol/fit.ts";
import { text } from "../registry/columns.ts";
import type { Registry } from "../registry/registry.ts";
import { partNames } from "../serving/model-files.ts";
import { fileName } from "../serving/model-path.ts";
import type { ServerProfile } from "../serving/profile.ts";
import type { ProfileBook } from "../serving/profile-book.ts";
import type { LoadAsk } from "./fit.ts";
import type { FitReader } from "./fit-of-entry.ts";
import { loadAskOf } from "./load-ask.ts";

export interface ProfileFitDeps {
  readonly registry: Pick<Registry, "query">;
  readonly files: Pick<Files, "stat">;
  readonly profiles: Pick<ProfileBook, "find">;
  readonly fit: FitReader;
  /** Then nothing can be told. */
  readonly elsewhere?: ((profile: ServerProfile) => boolean) | undefined;
}

/**
 * Whether a profile would fit here as it is written: by the entry that has its model, else by the size of its files alone.
 * @throws FaultError `notFound` for the profile
 */
export async function fitOfProfile(
  { registry, files, profiles, fit, elsewhere }: ProfileFitDeps,
  id: string,
  said: LoadAsk,
  signal: AbortSignal,
): Promise<readonly Fit[]> {
  const profile = await profiles.find(id, signal);
  if (elsewhere?.(profile) === true) return [];
  const ask = { ...loadAskOf(profile), ...said };
  const folder = profile.modelPath.slice(0, profile.modelPath.length - fileName(profile.modelPath).length);
  const parts = partNames(fileName(profile.modelPath)).map((name) => folder + name);
  const [row] = await registry.query("SELECT name FROM entries WHERE path = ? LIMIT 1", [parts[0] ?? ""]);
  const entry = row && text(row, "name");
  if (entry !== undefined) return fit.fitOf(entry, ask, signal);
  const sizes = await Promise.all(parts.map(async (part): Promise<number> => (await files.stat(part))?.size ?? 0));
  const size = sizes.reduce((all, one) => all + one, 0);
  return fit.fitOfShape(undefined, ask, size === 0 ? undefined : size, signal);
}
