import type { Mount } from "../../ports/runtime.ts";
import type { Mate } from "../backend.ts";
import type { ModelFile } from "../model-files.ts";
import { fileName, isAbsolutePath } from "../model-path.ts";

/** Just the files, each under the name the server is told: a link would dangle inside, and a folder holds more. */
export function mountsOf({ model, profile }: Mate, folder: string): readonly Mount[] {
  const mounts = new Map<string, Mount>();
  const give = (target: string, { path, real, size }: ModelFile): void =>
    void mounts.set(target, { target, source: real, named: path, size });
  for (const part of model.parts) give(`${folder}/${fileName(part.path)}`, part);
  for (const [value, file] of model.named) give(isAbsolutePath(value) ? value : `${folder}/${value}`, file);
  for (const { source, target } of profile.mounts ?? []) mounts.set(target, { target, source });
  return [...mounts.values()];
}
