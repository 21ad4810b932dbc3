import { readFileName } from "../identify/file-name.ts";
import type { HubClient, HubListing, HubModel, HubScan } from "../ports/hub-client.ts";
import type { HubChoice } from "../protocol/hub.ts";
import type { Characteristic } from "../protocol/models.ts";
import type { Sha256 } from "../util/ids.ts";
import { fault, isFault } from "../util/faults.ts";
import { readChoices } from "./choices.ts";
import type { Hub } from "./hub.ts";
import { pageAddress } from "./hub-faults.ts";
import { documentsIn } from "./optional-files.ts";
import { parseReference, parseRevision } from "./reference.ts";
import { searchHuggingFace } from "./search-huggingface.ts";

/** Which entry holds the bytes already, by digest; digests no entry holds are left out. */
export type Installed = (digests: readonly Sha256[]) => Promise<ReadonlyMap<Sha256, { readonly entry: string }>>;

export interface HuggingFaceHub {
  readonly client: HubClient;
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly installed: Installed;
}

const VERB = "hub.analyze";
const MOST_SCANNED = 100;

export function createHuggingFaceHub({ client, endpoint, installed }: HuggingFaceHub): Hub {
  return {
    analyze: async (text, revision, signal) => {
      const reference = parseReference(text, endpoint, VERB);
      const wanted = revision === undefined ? reference.revision : parseRevision(revision, VERB);
      const model = await client.model(reference.repository, wanted, signal).catch(async (error: unknown) => {
        throw await namingNear(client, reference.repository, error, signal);
      });
      const listings = await client.files(model.repository, model.commit, signal);
      if (reference.file !== undefined && !listings.some((file) => file.path === reference.file)) {
        throw fault({
          code: "notFound",
          what: "file",
          name: reference.file,
          near: nearFiles(reference.file, listings),
        });
      }
      const scans = await scansOf(client, model, listings, signal);
      const { files, choices } = readChoices(model.repository, listings, scans);
      return {
        provider: "huggingface",
        repository: model.repository,
        revision: wanted ?? "main",
        commit: model.commit,
        files,
        choices: await marked(choices, listings, installed),
        ...(model.licence !== undefined && { licence: model.licence }),
        gated: model.gated,
        ...(model.gatedBecause !== undefined && { gatedBecause: model.gatedBecause }),
        private: model.private,
        documents: documentsIn(listings),
        tags: model.tags,
        characteristics: characteristicsOf(model, listings),
        page: pageAddress(endpoint, model.repository),
      };
    },
    search: (query, signal) => searchHuggingFace(client, query, signal),
  };
}

/** None where the hub does not tell. */
async function scansOf(
  client: HubClient,
  { repository, commit }: HubModel,
  listings: readonly HubListing[],
  signal: AbortSignal,
): Promise<readonly HubScan[]> {
  const paths = worthScanning(listings);
  if (paths.length === 0) return [];
  const scans = await client.scans(repository, commit, paths, signal).catch(() => []);
  signal.throwIfAborted();
  return scans;
}

/** Large files, those that can run code first: one question's worth. */
function worthScanning(listings: readonly HubListing[]): readonly string[] {
  const isPickle = ({ path }: HubListing): boolean => readFileName(path).format === "pytorch";
  const large = listings.filter((file) => file.sha256 !== undefined || isPickle(file));
  const [pickles, others] = [large.filter(isPickle), large.filter((file) => !isPickle(file))];
  return [...pickles, ...others].slice(0, MOST_SCANNED).map(({ path }) => path);
}

/** A repository that is not there: with names that look alike, where the hub tells some in one request. */
async function namingNear(client: HubClient, name: string, error: unknown, signal: AbortSignal): Promise<Error> {
  if (!isFault(error, "notFound") || error.fault.what !== "repository") return asError(error);
  const tail = name.slice(name.indexOf("/") + 1);
  const found = await client.search(tail, 3, signal).catch(() => []);
  return found.length === 0 ? error : fault({ ...error.fault, near: found }, error);
}

function nearFiles(wanted: string, listings: readonly HubListing[]): readonly string[] {
  const simple = (path: string): string => path.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const name = simple(wanted.slice(wanted.lastIndexOf("/") + 1));
  const ending = wanted.slice(wanted.lastIndexOf("."));
  const alike = listings.filter((file) => simple(file.path).includes(name) || name.includes(simple(file.path)));
  return (alike.length > 0 ? alike : listings.filter((file) => file.path.endsWith(ending)))
    .map((file) => file.path)
    .slice(0, 3);
}

/** A choice is here where one entry holds every weights file of it; files without a sha256 are small and do not count. */
async function marked(
  choices: readonly HubChoice[],
  listings: readonly HubListing[],
  installed: Installed,
): Promise<readonly HubChoice[]> {
  const digests = new Map(listings.map((file) => [file.path, file.sha256]));
  const wanted = new Set([...digests.values()].filter((digest) => digest !== undefined));
  if (wanted.size === 0) return choices;
  const here = await installed([...wanted]);
  return choices.map((choice) => {
    const large = choice.files.map((path) => digests.get(path)).filter((digest) => digest !== undefined);
    const entries = new Set(large.map((digest) => here.get(digest)?.entry));
    const [entry, ...others] = entries;
    return entry !== undefined && others.length === 0 ? { ...choice, alreadyHere: entry } : choice;
  });
}

function characteristicsOf(model: HubModel, listings: readonly HubListing[]): readonly Characteristic[] {
  const told: Characteristic[] = [];
  const add = (name: string, value: Characteristic["value"] | undefined, confidence: number): void => {
    if (value !== undefined) told.push({ name, value, source: "hub", confidence });
  };
  add("architecture", model.architecture, 0.9);
  add("parameters", model.parameters, 0.9);
  add("context", model.context, 0.9);
  add("task", model.task, 0.8);
  if (model.task?.startsWith("image-text-to-")) add("vision", true, 0.8);
  if (listings.some((file) => /(^|\/)[^/]*mmproj[^/]*\.gguf$/i.test(file.path))) {
    told.push({ name: "vision", value: true, source: "name", confidence: 0.6 });
  }
  return told;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
