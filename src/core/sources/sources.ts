import type { FitReader } from "../fit/fit-of-entry.ts";
import type { HubAnalysis, HubHit, HubHits, HubQuery } from "../protocol/hub.ts";
import { fault } from "../util/faults.ts";
import { createFlights } from "../util/one-flight.ts";
import { type CivitaiSource, analyzeCivitai } from "./civitai/analyze-civitai.ts";
import { searchCivitai } from "./civitai/search-civitai.ts";
import type { EntriesHere } from "./entries-here.ts";
import type { Hub } from "./hub.ts";
import { type OllamaSource, analyzeOllama, searchOllama } from "./ollama/ollama-source.ts";
import { type Endpoints, type SourceReference, parseSource } from "./source-reference.ts";
import { type UrlSource, analyzeUrl } from "./url/analyze-url.ts";

export interface Sources {
  readonly endpoints: Endpoints;
  readonly huggingface: Hub;
  readonly civitai: CivitaiSource;
  readonly ollama: OllamaSource;
  readonly url: UrlSource;
  readonly here: EntriesHere;
  readonly fit: Pick<FitReader, "fitOfShape">;
}

const VERB = "hub.analyze";

/** One hub over all sources: the reference decides whose it is. What is asked several times at once is asked once. */
export function createSources(sources: Sources): Hub {
  const flights = createFlights<HubAnalysis>();
  return {
    analyze: async (text, revision, signal) => {
      const reference = parseSource(text, sources.endpoints, VERB);
      const wanted = revision?.trim() === "" ? undefined : revision?.trim();
      return flights.run(
        JSON.stringify([text.trim(), wanted]),
        (flying) => analyze(sources, reference, wanted, flying),
        signal,
      );
    },
    search: async (query, signal) => {
      const found = await search(sources, query, signal);
      const hits = await Promise.all((await sources.here(found.hits)).map((hit) => withFit(sources.fit, hit, signal)));
      return { ...found, hits: query.fits === true ? hits.filter(mayFit) : hits };
    },
  };
}

function analyze(
  { huggingface, civitai, ollama, url }: Sources,
  reference: SourceReference,
  revision: string | undefined,
  signal: AbortSignal,
): Promise<HubAnalysis> {
  switch (reference.kind) {
    case "huggingface":
      return huggingface.analyze(reference.text, revision, signal);
    case "civitai":
      return analyzeCivitai(civitai, { ...reference, version: versionOf(revision) ?? reference.version }, signal);
    case "ollama":
      return analyzeOllama(ollama, { name: reference.name, tag: revision ?? reference.tag }, signal);
    case "url":
      return analyzeUrl(url, reference, revision, signal);
  }
}

function versionOf(revision: string | undefined): number | undefined {
  if (revision === undefined || revision === "main") return undefined;
  if (/^[1-9]\d{0,14}$/.test(revision)) return Number(revision);
  throw fault({ code: "badArguments", verb: VERB, path: "revision", problem: "of Civitai, it is a version's id" });
}

function search(sources: Sources, query: HubQuery, signal: AbortSignal): Promise<HubHits> {
  switch (query.provider) {
    case "huggingface":
      return sources.huggingface.search(query, signal);
    case "civitai":
      return searchCivitai(sources.civitai.sizes.access, query, sources.civitai.rating, signal);
    case "ollama":
      return searchOllama(sources.ollama, query, signal);
    case "url":
      throw fault({
        code: "badArguments",
        verb: "hub.search",
        path: "provider",
        problem: "addresses cannot be searched; analyze one",
      });
  }
}

/** By the size alone: what the files say is read when one is looked at. */
async function withFit(fit: Sources["fit"], hit: HubHit, signal: AbortSignal): Promise<HubHit> {
  if (hit.sizeBytes === undefined) return hit;
  const fits = await fit.fitOfShape(undefined, {}, hit.sizeBytes, signal).catch(() => []);
  signal.throwIfAborted();
  return fits.length > 0 ? { ...hit, fit: fits } : hit;
}

/** Where nothing is known of it, it may. */
const mayFit = ({ fit = [] }: HubHit): boolean =>
  fit.length === 0 || fit.some(({ verdict }) => verdict.kind !== "no" && verdict.kind !== "offload");
