import { listFiles, listModels, modelInfo } from "@huggingface/hub";
import type { HubClient, HubListing, HubModel } from "../ports/hub-client.ts";
import { connectionReason } from "../sources/hub-faults.ts";
import { fault, isFault } from "../util/faults.ts";
import { parseGitSha1, parseSha256 } from "../util/ids.ts";
import { createHubFetch } from "./hub-fetch.ts";
import { field, licenceOf, number, text, texts } from "./huggingface-fields.ts";
import { listPage } from "./huggingface-list.ts";
import { readScans } from "./huggingface-scans.ts";
import { type NetFetch, createNetFetch } from "./net-fetch.ts";

export interface HuggingFaceClient {
  /** Without a slash at its end. */
  readonly endpoint: string;
  /** Asked before each question. The library never gets it: our fetch puts it where it belongs. */
  readonly token: () => Promise<string | undefined>;
  readonly request?: NetFetch;
}

export function createHuggingFaceClient({ endpoint, token, request = createNetFetch() }: HuggingFaceClient): HubClient {
  const host = new URL(endpoint).host;
  const fetchFor = async (
    about: { repository: string; revision?: string },
    signal: AbortSignal,
  ): Promise<typeof fetch> => {
    const given = await token();
    const asked = { endpoint, ...about, tokenGiven: given !== undefined };
    return createHubFetch({ endpoint, token: given, asked, request, signal });
  };
  /** What the library itself throws is an answer it did not understand. */
  const understood = async <T>(deed: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    try {
      return await deed();
    } catch (error) {
      signal.throwIfAborted();
      if (isFault(error)) throw error;
      throw fault({ code: "network", host, reason: `its answer makes no sense (${connectionReason(error)})` });
    }
  };
  return {
    model: (repository, revision, signal) =>
      understood(async () => {
        const about = revision === undefined ? { repository } : { repository, revision };
        const request = await fetchFor(about, signal);
        let gguf: unknown;
        const found = await modelInfo({
          name: repository,
          hubUrl: endpoint,
          ...(revision !== undefined && { revision }),
          additionalFields: ["sha", "tags", "cardData", "safetensors", "library_name"],
          fetch: async (input, init) => {
            // The library does not know this field yet.
            const response = await request(`${input instanceof Request ? input.url : String(input)}&expand=gguf`, init);
            gguf = field(await response.clone().json(), "gguf");
            return response;
          },
        });
        return readModel(found, gguf);
      }, signal),
    files: (repository, commit, signal) =>
      understood(async () => {
        const request = await fetchFor({ repository, revision: commit }, signal);
        const files: HubListing[] = [];
        for await (const item of listFiles({
          repo: repository,
          revision: commit,
          recursive: true,
          hubUrl: endpoint,
          fetch: request,
        })) {
          const listing = readListing(item);
          if (listing) files.push(listing);
        }
        return files;
      }, signal),
    scans: (repository, commit, paths, signal) =>
      understood(async () => {
        const request = await fetchFor({ repository, revision: commit }, signal);
        return readScans({ repository, commit, endpoint }, paths, request);
      }, signal),
    search: (text, limit, signal) =>
      understood(async () => {
        const request = await fetchFor({ repository: text }, signal);
        const names: string[] = [];
        for await (const model of listModels({ search: { query: text }, limit, hubUrl: endpoint, fetch: request })) {
          names.push(model.name);
        }
        return names;
      }, signal),
    list: (query, signal) =>
      understood(async () => {
        const request = await fetchFor({ repository: query.text ?? "" }, signal);
        return listPage(query, endpoint, request);
      }, signal),
  };
}

/** From the answer as it came: the library declares its types and checks nothing. */
function readModel(found: unknown, gguf: unknown): HubModel {
  const repository = text(found, "name");
  const commit = parseGitSha1(text(found, "sha") ?? "");
  if (repository === undefined || commit === undefined) throw new TypeError("no name or no commit");
  const gated = field(found, "gated");
  const tags = field(found, "tags");
  const licence = licenceOf(field(found, "cardData"), tags);
  const because = gatedWords(field(found, "cardData"));
  const task = text(found, "task");
  const library = text(found, "library_name");
  const parameters = number(gguf, "total") ?? number(field(found, "safetensors"), "total");
  const architecture = text(gguf, "architecture");
  const context = number(gguf, "context_length");
  return {
    repository,
    commit,
    gated: gated === "auto" || gated === "manual" ? gated : gated === true ? "manual" : false,
    ...(gated !== false && because !== undefined && { gatedBecause: because }),
    private: field(found, "private") === true,
    tags: texts(tags),
    ...(licence !== undefined && { licence }),
    ...(task !== undefined && { task }),
    ...(library !== undefined && { library }),
    ...(parameters !== undefined && { parameters }),
    ...(architecture !== undefined && { architecture }),
    ...(context !== undefined && { context }),
  };
}

/** What its owner puts before those who ask for access. */
function gatedWords(card: unknown): string | undefined {
  const words = text(card, "extra_gated_prompt") ?? text(card, "extra_gated_heading");
  const line = words?.replaceAll(/\s+/g, " ").trim();
  return line === undefined || line === "" ? undefined : line.length <= 300 ? line : `${line.slice(0, 299).trimEnd()}…`;
}

/** undefined for folders. A size of a large file is its content's, not its pointer's. */
function readListing(item: unknown): HubListing | undefined {
  if (text(item, "type") !== "file") return undefined;
  const path = text(item, "path");
  const lfs = field(item, "lfs");
  const sizeBytes = number(lfs, "size") ?? number(item, "size");
  if (path === undefined || sizeBytes === undefined) throw new TypeError("a file without a path or a size");
  const sha256 = parseSha256(text(lfs, "oid") ?? "");
  // Of a large file the oid is its pointer's, which proves nothing of the content.
  const gitSha1 = lfs === undefined ? parseGitSha1(text(item, "oid") ?? "") : undefined;
  return { path, sizeBytes, ...(sha256 !== undefined && { sha256 }), ...(gitSha1 !== undefined && { gitSha1 }) };
}
