import type { ScanAsk } from "../ports/scanner.ts";
import type { StoreDisk, StoreItem, StoreSight } from "../ports/store-disk.ts";
import { isFault } from "../util/faults.ts";
import { parseSha256 } from "../util/ids.ts";
import type { FoundFile } from "./found.ts";
import {
  type ManifestPlace,
  type OllamaLayer,
  ollamaLayers,
  ollamaModelName,
  parseOllamaManifest,
} from "./ollama-manifest.ts";
import { describeOllamaModel } from "./ollama-model.ts";
import { orTrouble, problemOf, unlessBroken } from "./problem-of.ts";
import type { Found } from "./store-reader.ts";

const LARGEST_MANIFEST = 4 * 2 ** 20;
const BELOW_MANIFESTS = 4;

/** Every `name:tag` of the store; models in the cloud, which have a manifest and no weights, are left out. */
export function* readOllamaModels(ask: ScanAsk, sight: StoreSight): Found {
  const { disk } = sight;
  const holds = (root: string): boolean =>
    orTrouble(root, sight, false, () => disk.stat(`${root}/manifests`)?.kind === "folder");
  const root = !holds(ask.root) && holds(`${ask.root}/models`) ? `${ask.root}/models` : ask.root;
  yield* manifestsBelow(root, [], sight);
}

function* manifestsBelow(root: string, above: readonly string[], sight: StoreSight): Found {
  const folder = [`${root}/manifests`, ...above].join("/");
  for (const item of listOf(folder, sight)) {
    const path = `${folder}/${item.name}`;
    const parts = [...above, item.name];
    const is = orTrouble(path, sight, item.kind, () => kindOf(path, item, sight.disk));
    const [host, namespace, model, tag] = parts;
    if (is === "folder" && parts.length < BELOW_MANIFESTS) yield* manifestsBelow(root, parts, sight);
    else if (is === "file" && host !== undefined && namespace !== undefined && model !== undefined && tag !== undefined)
      yield* unlessBroken(path, sight, () => modelOf(root, path, [host, namespace, model, tag], sight));
  }
  yield undefined;
}

/** On Linux the service that the installer sets up keeps its models for a user of its own. */
function listOf(folder: string, { disk, trouble }: StoreSight): readonly StoreItem[] {
  try {
    return disk.list(folder) ?? [];
  } catch (error) {
    const denied = isFault(error, "fileUnreadable") && /permission denied|EACCES|EPERM/i.test(error.fault.reason);
    const fix =
      " If Ollama runs as a service, add yourself to its group (sudo usermod -aG ollama $USER), and log in anew.";
    trouble(folder, denied ? `It cannot be read: permission denied.${fix}` : problemOf(error));
    return [];
  }
}

const kindOf = (path: string, { kind }: StoreItem, disk: StoreDisk): StoreItem["kind"] | undefined =>
  kind === "link" ? disk.stat(path)?.kind : kind;

function* modelOf(root: string, path: string, place: ManifestPlace, sight: StoreSight): Found {
  const { disk, trouble } = sight;
  const text = disk.text(path, LARGEST_MANIFEST) ?? "";
  const manifest = parseOllamaManifest(text);
  if (manifest === undefined) {
    trouble(path, "It is no manifest of Ollama. Pull the model again.");
    return;
  }
  if (!manifest.hasWeights) return;
  const name = ollamaModelName(place);
  const layers = ollamaLayers(text).toSorted((a, b) => rank(a) - rank(b));
  const files = filesOf(root, layers, disk);
  const missing = layers.find(({ kind, blob }) => isWeights(kind) && !files.has(blob));
  if (missing) {
    trouble(path, `Its weights are not whole: ${missing.blob} is missing or cut off. Run “ollama pull ${name}”.`);
    return;
  }
  yield describeOllamaModel(
    { root, name, layers, files: [...files.values()], single: manifest.model !== undefined },
    sight,
  );
}

const ORDER = ["model", "tensor", "projector", "adapter", "draft"];
const rank = ({ kind }: OllamaLayer): number => (ORDER.indexOf(kind) + ORDER.length + 1) % (ORDER.length + 1);
const isWeights = (kind: string): boolean => ORDER.includes(kind);

/** By blob; each once, and none that is not as long as its manifest says. */
function filesOf(root: string, layers: readonly OllamaLayer[], disk: StoreDisk): ReadonlyMap<string, FoundFile> {
  const found = new Map<string, FoundFile>();
  for (const { blob, sizeBytes } of layers) {
    const path = `${root}/blobs/${blob}`;
    const facts = disk.stat(path);
    if (facts?.kind !== "file" || (sizeBytes !== undefined && facts.size !== sizeBytes)) continue;
    const { size, modified, identity } = facts;
    const sha256 = parseSha256(blob.slice("sha256-".length));
    found.set(blob, { path, sizeBytes: size, modified, identity, ...(sha256 !== undefined && { sha256 }) });
  }
  return found;
}
