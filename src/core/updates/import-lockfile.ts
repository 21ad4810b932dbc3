import { t } from "@vscode/l10n";
import { createInstalledFiles } from "../downloads/installed.ts";
import type { DownloadQueue } from "../downloads/queue.ts";
import type { Files } from "../ports/files.ts";
import { toTrouble } from "../present/trouble.ts";
import type { HubFile } from "../protocol/hub.ts";
import type { LockedModel, LockfileOutcome } from "../protocol/metadata.ts";
import type { Registry } from "../registry/registry.ts";
import type { Hub } from "../sources/hub.ts";
import { fault } from "../util/faults.ts";
import { bytes, parseSha256 } from "../util/ids.ts";
import { parseLockfile } from "./lockfile.ts";

export interface ImportParts {
  readonly registry: Pick<Registry, "query">;
  readonly files: Pick<Files, "readText" | "stat">;
  readonly hub: Pick<Hub, "analyze">;
  readonly downloads: Pick<DownloadQueue, "add">;
}

const LARGEST = bytes(64 * 2 ** 20);

/** Nothing that is here is written over: a download refuses to. Profiles are handed out, not written. */
export async function importLockfile(parts: ImportParts, path: string, signal: AbortSignal): Promise<LockfileOutcome> {
  const text = await parts.files.readText(path, LARGEST);
  if (text === undefined) throw fault({ code: "notFound", what: "file", name: path });
  const { models } = parseLockfile(text);
  const here: string[] = [];
  const downloads: string[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  for (const model of models) {
    signal.throwIfAborted();
    try {
      if (await isHere(parts, model)) here.push(model.name);
      else downloads.push(...(await queue(parts, model, signal)));
    } catch (error) {
      signal.throwIfAborted();
      leftOut.push({ name: model.name, reason: error instanceof LeftOut ? error.message : toTrouble(error).message });
    }
  }
  const profiles = models.flatMap(({ name, profile }) => (profile ? [{ model: name, ...profile }] : []));
  return { path, models: models.length, here, downloads, leftOut, ...(profiles.length > 0 && { profiles }) };
}

class LeftOut extends Error {}

/** One entry has every file whose digest is known, and they are still of their size. */
async function isHere({ registry, files }: ImportParts, { files: wanted }: LockedModel): Promise<boolean> {
  const digests = wanted.flatMap(({ sha256 }) => parseSha256(sha256 ?? "") ?? []);
  if (digests.length === 0) return false;
  const held = await createInstalledFiles(registry)(digests);
  const entries = new Set<string | undefined>();
  for (const digest of digests) {
    const file = held.get(digest);
    if (!file || (await files.stat(file.path))?.size !== file.sizeBytes) return false;
    entries.add(file.entry);
  }
  return entries.size === 1;
}

async function queue(
  { hub, downloads }: ImportParts,
  model: LockedModel,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { provider, reference, revision } = model;
  if (provider !== "huggingface") throw new LeftOut(t("It came from {0}, which cannot be fetched from yet.", provider));
  if (revision === undefined) throw new LeftOut(t("The lockfile does not say of which commit it is."));
  if (model.files.length === 0) throw new LeftOut(t("The lockfile names no file of it."));
  const analysis = await hub.analyze(reference, revision, signal);
  const paths = model.files.map((file) => placeIn(analysis.files, file));
  return downloads.add({ model: analysis.repository, revision: analysis.commit, files: paths }, signal);
}

/** By its path, else by its digest, else by its name alone. */
function placeIn(listing: readonly HubFile[], file: LockedModel["files"][number]): string {
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  const digest = file.sha256?.toLowerCase();
  const named = listing.filter(({ path }) => path === name || path.endsWith(`/${name}`));
  const found =
    listing.find(({ path }) => path === file.path) ??
    (digest === undefined ? undefined : listing.find(({ sha256 }) => sha256 === digest)) ??
    (named.length === 1 ? named[0] : undefined);
  if (!found) throw new LeftOut(t("“{0}” is not in the repository at that commit.", file.path));
  if (digest !== undefined && found.sha256 !== undefined && found.sha256 !== digest)
    throw new LeftOut(t("“{0}” has another digest at that commit than the lockfile says.", file.path));
  return found.path;
}
