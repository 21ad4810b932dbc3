import { chmod, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

/** What clean checkouts share: installed programs, unpacked packages. */
export const cacheFolder = (): string =>
  path.join(process.env["XDG_CACHE_HOME"] || path.join(os.homedir(), ".cache"), "modeldeck");

export const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/**
 * The folder of that name in the cache, made by `fill` where it is not there. Whoever is there under its name is whole:
 * it is filled under another name and renamed. Where two fill at once, the first wins and the other's is dropped.
 */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(cacheFolder(), name);
  if (await exists(folder)) return folder;
  await mkdir(cacheFolder(), { recursive: true });
  const half = await mkdtemp(path.join(cacheFolder(), `.${name}-`));
  try {
    await chmod(half, 0o755);
    await fill(half);
    await rename(half, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(half, { recursive: true, force: true });
  }
  return folder;
}
