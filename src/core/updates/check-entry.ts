import { t } from "@vscode/l10n";
import { toTrouble } from "../present/trouble.ts";
import type { UpdateReport } from "../protocol/metadata.ts";
import type { Civitai } from "../sources/civitai/civitai.ts";
import { isFault } from "../util/faults.ts";
import { compare } from "./compare.ts";
import type { Heads } from "./heads.ts";
import type { Sourced } from "./sourced.ts";

export interface CheckParts {
  readonly heads: Heads;
  readonly civitai: Pick<Civitai, "model">;
}

const NOTHING = { touches: [], files: [], bytes: 0 } as const;

/** What a hub refuses is told of the entry. Rejects with the signal's reason alone. */
export async function checkEntry(parts: CheckParts, entry: Sourced, signal: AbortSignal): Promise<UpdateReport> {
  const { name, source } = entry;
  switch (source.kind) {
    case "none":
      return { entry: name, repository: "", state: "unknown", ...NOTHING, reason: unsourced() };
    case "civitai":
      return guarded(name, source.page, () => checkCivitai(parts, name, source, signal), signal);
    case "huggingface":
      return guarded(name, source.repository, () => checkHuggingFace(parts, entry, source, signal), signal);
  }
}

const unsourced = () => ({
  code: "notFound",
  message: t("It is not recorded where this model came from."),
  remedy: t("Fetch its metadata: what a hub knows by its digest is recorded then."),
  facts: {},
});

async function guarded(
  entry: string,
  repository: string,
  deed: () => Promise<UpdateReport>,
  signal: AbortSignal,
): Promise<UpdateReport> {
  try {
    return await deed();
  } catch (error) {
    signal.throwIfAborted();
    const state = isFault(error, "notFound") ? "gone" : "unknown";
    return { entry, repository, state, ...NOTHING, reason: toTrouble(error) };
  }
}

async function checkHuggingFace(
  { heads }: CheckParts,
  { name, files }: Sourced,
  { repository, revision, branch }: Extract<Sourced["source"], { kind: "huggingface" }>,
  signal: AbortSignal,
): Promise<UpdateReport> {
  const here = revision === undefined ? {} : { here: revision };
  const followed = typeof branch === "string" ? branch : branch.pinned;
  const told = { entry: name, repository, ...here, ...(followed !== "main" && { branch: followed }) };
  // A commit never changes, and it was this one that was wanted.
  if (typeof branch === "object" && revision !== undefined && revision.startsWith(branch.pinned))
    return { ...told, there: revision, state: "current", ...NOTHING };
  const head = await heads.head(repository, followed, signal);
  const there = { there: head.commit };
  if (head.commit === revision) return { ...told, ...there, state: "current", ...NOTHING };
  const before = revision === undefined ? undefined : await listingAt(heads, repository, revision, signal);
  const found = compare(files, head.files, before);
  const { touches, bytes } = found;
  if (found.isGone) return { ...told, ...there, state: "gone", touches, files: found.files, bytes };
  if (found.files.length > 0) return { ...told, ...there, state: "changed", touches, files: found.files, bytes };
  if (found.unknown > 0 || files.length === 0)
    return { ...told, ...there, state: "unknown", ...NOTHING, reason: undigested() };
  return { ...told, ...there, state: "current", ...NOTHING };
}

/** A commit that was taken away by a rewritten history is none to compare with. */
async function listingAt(heads: Heads, repository: string, commit: string, signal: AbortSignal) {
  try {
    return await heads.at(repository, commit, signal);
  } catch (error) {
    if (isFault(error, "notFound")) return undefined;
    throw error;
  }
}

const undigested = () => ({
  code: "notFound",
  message: t("The digests of its files are not known, so they cannot be compared."),
  remedy: t("Download it again: what Model Deck fetches has them."),
  facts: {},
});

async function checkCivitai(
  { civitai }: CheckParts,
  entry: string,
  { modelId, versionId, page }: Extract<Sourced["source"], { kind: "civitai" }>,
  signal: AbortSignal,
): Promise<UpdateReport> {
  const model = await civitai.model(modelId, signal);
  const told = { entry, repository: page };
  const own = model?.versions.find(({ id }) => id === versionId);
  // Its makers' order; a version for another base is another model.
  const newest = model?.versions.find(({ baseModel }) => own?.baseModel === undefined || baseModel === own.baseModel);
  const here = own === undefined ? {} : { here: own.name };
  const there = newest === undefined ? {} : { there: newest.name };
  if (!own || !newest) return { ...told, ...here, ...there, state: "gone", ...NOTHING };
  if (newest.id <= own.id) return { ...told, ...here, ...there, state: "current", ...NOTHING };
  const files = newest.files
    .filter((file, index) => file.primary ?? index === 0)
    .map((file) => ({
      path: file.name ?? newest.name,
      change: "added" as const,
      // Civitai rounds: good enough to say how much it is.
      sizeBytes: Math.round((file.sizeKB ?? 0) * 1024),
    }));
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { ...told, ...here, ...there, state: "changed", touches: ["weights"], files, bytes };
}
