import { branchWord } from "../downloads/place.ts";
import { readFileName } from "../identify/file-name.ts";
import type { ScanAsk } from "../ports/scanner.ts";
import type { StoreDisk, StoreSight } from "../ports/store-disk.ts";
import { parseGitSha1 } from "../util/ids.ts";
import type { FolderContext } from "./folder-context.ts";
import type { FoundModel } from "./found.ts";
import { digestOfEtag, repositoryOfFolder } from "./hub-names.ts";
import { modelsBelow } from "./model-folder.ts";
import { orTrouble, unlessBroken } from "./problem-of.ts";
import type { Found } from "./store-reader.ts";

/** The cache that all tools of Hugging Face share. A file goes by its name in a snapshot; blobs are read through it. */
export function* readHuggingFaceCache(ask: ScanAsk, sight: StoreSight): Found {
  const { disk } = sight;
  const items = disk.list(ask.root) ?? [];
  // Named by its parent, as HF_HOME does.
  const inside =
    items.some(({ name }) => name.startsWith("models--")) || disk.stat(`${ask.root}/hub`)?.kind !== "folder";
  const root = inside ? ask.root : `${ask.root}/hub`;
  for (const { name, kind } of inside ? items : (disk.list(root) ?? [])) {
    const repository = repositoryOfFolder(name);
    if (repository === undefined || kind === "file" || kind === "other") continue;
    const folder = `${root}/${name}`;
    yield* unlessBroken(folder, sight, () => repositoryModels({ ...ask, root }, repository, folder, sight));
    yield undefined;
  }
}

function* repositoryModels(ask: ScanAsk, repository: string, folder: string, sight: StoreSight): Found {
  const seen = new Set<string>();
  for (const { commit, branch } of revisionsOf(folder, sight)) {
    const snapshot = `${folder}/snapshots/${commit}`;
    const word = branchWord(branch ?? commit);
    const tail = repository.slice(repository.indexOf("/") + 1);
    const main = seen.size === 0 || word === undefined;
    const context: FolderContext = {
      store: "huggingface",
      root: ask.root,
      family: main ? tail : `${tail}@${word}`,
      source: { provider: "huggingface", reference: repository, revision: commit },
      digestOf: (path) => digestOfBlob(path, sight.disk),
      ...(ask.fallbackFormat !== undefined && { fallbackFormat: ask.fallbackFormat }),
    };
    yield* unlessBroken(snapshot, sight, function* () {
      for (const model of modelsBelow(snapshot, context, sight))
        if (model === undefined || hasOwnWeights(model, seen)) yield model;
    });
  }
}

/** Revisions share what they have in common; one is another model where it holds other weights. */
function hasOwnWeights({ files, path }: FoundModel, seen: Set<string>): boolean {
  const weights = files.filter((file) => file.path === path || readFileName(file.path).role === "weights");
  const own = weights.some(({ identity }) => !seen.has(identity));
  for (const { identity } of weights) seen.add(identity);
  return own;
}

interface Revision {
  readonly commit: string;
  /** What refers to it: a branch, `pr/1`. */
  readonly branch?: string;
}

/** That of the main branch first, then from new to old. */
function revisionsOf(folder: string, sight: StoreSight): readonly Revision[] {
  const { disk } = sight;
  const branches = orTrouble(`${folder}/refs`, sight, new Map<string, string>(), () => referencesOf(folder, disk));
  const held = (disk.list(`${folder}/snapshots`) ?? []).filter(({ kind }) => kind === "folder" || kind === "link");
  const dated = held.map(({ name }) => ({
    commit: name,
    branch: branches.get(name),
    when: orTrouble(
      `${folder}/snapshots/${name}`,
      sight,
      0,
      () => disk.stat(`${folder}/snapshots/${name}`)?.modified ?? 0,
    ),
  }));
  const rank = ({ branch }: { branch: string | undefined }): number => (branch === "main" ? 0 : 1);
  return dated
    .toSorted((a, b) => rank(a) - rank(b) || b.when - a.when)
    .map(({ commit, branch }) => ({ commit, ...(branch !== undefined && { branch }) }));
}

const LARGEST_REFERENCE = 4096;
const DEEPEST_REFERENCE = 4;

/** Commit → branch; the main one wins. */
function referencesOf(folder: string, disk: StoreDisk): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (inside: string, depth: number): void => {
    for (const { name, kind } of disk.list(`${folder}/refs${inside}`) ?? []) {
      if (kind === "folder" && depth < DEEPEST_REFERENCE) walk(`${inside}/${name}`, depth + 1);
      if (kind !== "file") continue;
      const commit = parseGitSha1((disk.text(`${folder}/refs${inside}/${name}`, LARGEST_REFERENCE) ?? "").trim());
      const branch = `${inside}/${name}`.slice(1);
      if (commit !== undefined && (branch === "main" || !found.has(commit))) found.set(commit, branch);
    }
  };
  walk("", 0);
  return found;
}

/** Where the file is a link, the name of the blob it ends at. */
function digestOfBlob(path: string, disk: StoreDisk): ReturnType<typeof digestOfEtag> {
  if (disk.target(path) === undefined) return undefined;
  const blob = disk.real(path);
  return blob === undefined ? undefined : digestOfEtag(blob.slice(blob.lastIndexOf("/") + 1));
}
