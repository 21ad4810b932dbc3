import type { OllamaFacts } from "../maintenance/plan.ts";
import type { Files } from "../ports/files.ts";
import { fault, isFault, reasonOf } from "../util/faults.ts";
import { bytes } from "../util/ids.ts";
import { type ManifestPlace, ollamaModelName, parseOllamaManifest } from "./ollama-manifest.ts";

type StoreFiles = Pick<Files, "list" | "stat" | "readText">;

/** Where Ollama's store may be, most wanted first. All absolute. */
export interface OllamaPlaces {
  /** The setting `ollama.models`. */
  readonly setting: string | undefined;
  /** The variable `OLLAMA_MODELS`. */
  readonly variable: string | undefined;
  /** The person's home folder. */
  readonly home: string | undefined;
}

/** The first place that holds a store; one that was named and holds none is no reason to look elsewhere. */
export async function findOllamaStore(files: StoreFiles, places: OllamaPlaces): Promise<string | undefined> {
  const named = [places.setting, places.variable].find((one) => one !== undefined && one !== "");
  const home = places.home === undefined ? [] : [`${places.home}/.ollama/models`];
  // The second is where the service that Ollama's installer sets up on Linux keeps it.
  const candidates = named === undefined ? [...home, "/usr/share/ollama/.ollama/models"] : [named];
  for (const root of candidates) {
    const found = await files.stat(`${root}/manifests`).catch((error: unknown) => unreadable(root, error));
    if (found?.kind === "folder") return root;
  }
  return undefined;
}

/** Manifests are a few KB. */
const LARGEST_MANIFEST = bytes(4 * 2 ** 20);
const BELOW_MANIFESTS = 4;

/**
 * Everything the store has; undefined where there is none. Cloud models, which have a manifest and no weights, are left
 * out. @throws FaultError `fileUnreadable` where a folder may not be read: what is in it may use any blob
 */
export async function readOllamaStore(
  files: StoreFiles,
  root: string,
): Promise<(Omit<OllamaFacts, "serverRuns"> & { readonly root: string }) | undefined> {
  if ((await files.stat(`${root}/manifests`))?.kind !== "folder") return undefined;
  const models = new Map<string, { modelBlob?: string; blobs: readonly string[]; manifest: string }>();
  const otherBlobs = new Set<string>();
  const odd: string[] = [];
  for (const { path, place } of await manifestsBelow(files, `${root}/manifests`, [])) {
    const text = await files.readText(path, LARGEST_MANIFEST).catch((error: unknown) => {
      if (isFault(error, "fileUnreadable")) return undefined;
      throw error;
    });
    const found = text === undefined ? undefined : parseOllamaManifest(text);
    if (found === undefined) {
      odd.push(path);
      continue;
    }
    const blobs = found.blobs.map((blob) => `${root}/blobs/${blob}`);
    if (!found.hasWeights) for (const blob of blobs) otherBlobs.add(blob);
    else
      models.set(ollamaModelName(place), {
        ...(found.model !== undefined && { modelBlob: `${root}/blobs/${found.model}` }),
        blobs,
        manifest: path,
      });
  }
  return { root, models, otherBlobs: [...otherBlobs], unreadable: odd };
}

/** Links are followed here, four steps and no more: a manifest that is missed would give its blobs away. */
async function manifestsBelow(
  files: StoreFiles,
  folder: string,
  above: readonly string[],
): Promise<readonly { readonly path: string; readonly place: ManifestPlace }[]> {
  const items = await files.list(folder).catch((error: unknown) => unreadable(folder, error));
  const found: { readonly path: string; readonly place: ManifestPlace }[] = [];
  for (const { name, kind } of items ?? []) {
    const path = `${folder}/${name}`;
    const parts = [...above, name];
    const is = kind === "link" ? (await files.stat(path))?.kind : kind;
    const [host, namespace, model, tag] = parts;
    if (parts.length < BELOW_MANIFESTS && is === "folder") found.push(...(await manifestsBelow(files, path, parts)));
    else if (is === "file" && host !== undefined && namespace !== undefined && model !== undefined && tag !== undefined)
      found.push({ path, place: [host, namespace, model, tag] });
  }
  return found;
}

function unreadable(path: string, error: unknown): never {
  throw isFault(error) ? error : fault({ code: "fileUnreadable", path, reason: reasonOf(error) }, error);
}
