import type { Provider } from "../protocol/hub.ts";
import type { Layout, Location } from "../settings.ts";
import { fault } from "../util/faults.ts";
import { nearNames } from "../util/near-names.ts";
import { plainPath } from "../util/plain-path.ts";
import type { DownloadRequest } from "./queue.ts";
import { isAbsolute, refusePath, safeJoin } from "./safe-path.ts";
import { badArguments } from "./select-files.ts";

/** Where the files of a model go. */
export interface Place {
  readonly location?: string;
  /** Of the location; absent where a person named the folder. */
  readonly layout?: Layout;
  /** Absolute. */
  readonly root: string;
  /** Absolute, the root or below it. */
  readonly folder: string;
}

export interface Places {
  readonly locations: readonly Location[];
  readonly defaultLocation: string;
}

export interface PlacedModel {
  /** As `HubAnalysis.repository`; `title` and `provider` likewise. */
  readonly repository: string;
  readonly revision: string;
  readonly title?: string;
  readonly provider?: Provider;
}

/**
 * What the location's layout has for the model: `<location>/<owner>/<repo>[@revision]`, `models--<owner>--<repo>` of a
 * Hugging Face cache, the location itself where it is flat or has folders by type, or the folder a person named.
 * @throws FaultError `notFound` for a location, `badArguments` for a place that cannot be
 */
export function placeFor(
  { locations, defaultLocation }: Places,
  request: Pick<DownloadRequest, "location" | "folder" | "subfolder">,
  model: PlacedModel,
): Place {
  const sub =
    request.subfolder === undefined || request.subfolder === "" ? [] : [inside("subfolder", request.subfolder)];
  if (request.folder !== undefined) {
    if (!isAbsolute(request.folder)) throw fault(badArguments("folder", "give it whole, from the root of the disk"));
    const root = plainPath(request.folder);
    return { root, folder: below(root, sub) };
  }
  const wanted = request.location ?? defaultLocation;
  const location = locations.find((one) => one.name === wanted);
  if (!location) {
    const names = locations.map((one) => one.name);
    const near = nearNames(wanted, names);
    throw fault({ code: "notFound", what: "location", name: wanted, near: near.length > 0 ? near : names });
  }
  const { name, path: root, layout } = location;
  return { location: name, layout, root, folder: below(root, partsOf(layout, sub, model, name)) };
}

function partsOf(layout: Layout, sub: readonly string[], model: PlacedModel, name: string): readonly string[] {
  switch (layout) {
    case "owner-repo":
      return [...sub, ownFolder(model)];
    case "lm-studio":
      if (sub.length > 0) throw noSubfolder(name, "LM Studio reads models two folders deep, and no deeper");
      return [ownFolder(model)];
    case "hf-cache":
      if (sub.length > 0) throw noSubfolder(name, "a cache of Hugging Face has an order of its own");
      return [cacheFolder(model, name)];
    case "comfyui":
    case "flat":
      return sub;
  }
}

const noSubfolder = (name: string, why: string): Error =>
  fault(badArguments("subfolder", `“${name}” takes none: ${why}`));

function cacheFolder({ repository, provider = "huggingface" }: PlacedModel, name: string): string {
  if (provider !== "huggingface")
    throw fault(badArguments("location", `“${name}” is a cache of Hugging Face, and holds nothing from elsewhere`));
  return `models--${repository.replaceAll("/", "--")}`;
}

/** `owner/repo[@branch]`; of sources that have no owners the source and what people call the model. */
function ownFolder({ repository, revision, title, provider = "huggingface" }: PlacedModel): string {
  const branch = branchWord(revision);
  switch (provider) {
    case "huggingface":
      return `${repository}${branch === undefined ? "" : `@${branch}`}`;
    case "civitai":
      return `civitai/${folderWord(title ?? repository)}@${folderWord(revision)}`;
    case "ollama":
      return `ollama/${folderWord(title ?? repository.replace(/^ollama:/, ""))}`;
    case "url":
      return `${folderWord(hostOf(repository))}/${folderWord(title ?? lastName(repository))}`;
  }
}

const hostOf = (address: string): string => /^[a-z]+:\/\/(?:[^@/]*@)?([^/?#]+)/i.exec(address)?.[1] ?? "url";
const lastName = (address: string): string => /([^/?#]+)\/*(?:[?#].*)?$/.exec(address)?.[1] ?? address;

/** A stranger's words as one name that every system takes. */
function folderWord(words: string): string {
  const word = words
    .normalize("NFC")
    .replaceAll(/[^\p{L}\p{N}._ +()[\]-]+/gu, "-")
    .slice(0, 60)
    .replaceAll(/^[-. ]+|[-. ]+$/g, "");
  return refusePath(word) === undefined ? word : "model";
}

/** What tells a revision's folder and family from the main one's; a commit by its first digits. */
export function branchWord(revision: string): string | undefined {
  if (revision === "main" || revision === "HEAD") return undefined;
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 12) : revision.replaceAll("/", "-");
}

const below = (root: string, parts: readonly string[]): string =>
  parts.length === 0 ? root.replace(/(?<=.)[\\/]+$/, "") : safeJoin(root, inside("location", parts.join("/")));

function inside(argument: string, path: string): string {
  const refused = refusePath(path);
  if (refused !== undefined) throw fault(badArguments(argument, refused));
  return path;
}
