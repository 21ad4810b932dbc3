import type { Mount } from "../../ports/runtime.ts";
import type { Mate } from "../backend.ts";
import { fileName, isAbsolutePath } from "../model-path.ts";

/** Just the files, each under the name the server is told: a link would dangle inside, and a folder holds more. */
export function mountsOf({ model, profile }: Mate, folder: string): readonly Mount[] {
  const mounts = new Map<string, string>();
  for (const { path, real } of model.parts) mounts.set(`${folder}/${fileName(path)}`, real);
  for (const [value, { real }] of model.named) mounts.set(isAbsolutePath(value) ? value : `${folder}/${value}`, real);
  for (const { source, target } of profile.mounts ?? []) mounts.set(target, source);
  return [...mounts].map(([target, source]) => ({ target, source }));
}
