import type { Files } from "../ports/files.ts";
import { folderOf } from "./safe-path.ts";

/** The volume that holds a path or, while it is not there, its nearest parent: equal words are one volume. */
export type VolumeOf = (path: string) => Promise<string>;

/** For one look at many paths: each folder above them is asked about once. */
export function createVolumes(files: Pick<Files, "stat">): VolumeOf {
  const known = new Map<string, Promise<string>>();
  async function ask(path: string): Promise<string> {
    const there = await files.stat(path);
    if (there) return there.identity.slice(0, there.identity.lastIndexOf(":"));
    const above = folderOf(path);
    return above === path ? path : volumeOf(above);
  }
  function volumeOf(path: string): Promise<string> {
    const volume = known.get(path) ?? ask(path);
    known.set(path, volume);
    return volume;
  }
  return volumeOf;
}
