import type { Download, DownloadState } from "../protocol/downloads.ts";

const ENDED: ReadonlySet<DownloadState> = new Set(["done", "failed", "cancelled"]);

/** Absolute paths of what downloads that have not ended will put there. */
export const targetsOf = (downloads: readonly Download[]): ReadonlySet<string> =>
  new Set(
    downloads
      .filter(({ state }) => !ENDED.has(state))
      .flatMap(({ folder, files }) => files.map(({ path, target }) => target ?? `${folder}/${path}`)),
  );
