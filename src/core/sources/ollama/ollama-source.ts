import { t } from "@vscode/l10n";
import type { OllamaModel, OllamaServer } from "../../ports/ollama-server.ts";
import { sizeWords } from "../../present/units.ts";
import type { HubAnalysis, HubHits, HubQuery } from "../../protocol/hub.ts";
import { type Fault, fault } from "../../util/faults.ts";

export interface OllamaSource {
  readonly server: Pick<OllamaServer, "details">;
  /** Of the server, without a slash at its end. */
  readonly url: string;
  /** Entries that stand for a model of Ollama, by `name:tag`. */
  readonly here: (names: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

/** The page of its registry, for people; nothing is asked there. */
const LIBRARY = "https://ollama.com";

/**
 * A tag is one choice. Only what the running server has is known before it is pulled: of others the size is 0.
 * @throws FaultError `network` where no server answers
 */
export async function analyzeOllama(
  { server, url, here }: OllamaSource,
  { name, tag: given }: { readonly name: string; readonly tag: string | undefined },
  signal: AbortSignal,
): Promise<HubAnalysis> {
  const tag = given ?? "latest";
  const model = `${name}:${tag}`;
  const models = await modelsOf(server, url, signal);
  const found = models.find((one) => one.name.toLowerCase() === model.toLowerCase());
  const sizeBytes = found?.sizeBytes ?? 0;
  const entry = found && (await here([found.name])).get(found.name);
  const quantization = found?.quantization;
  const told = quantization === undefined ? {} : { quantization };
  return {
    provider: "ollama",
    repository: `ollama:${name}`,
    title: model,
    revision: tag,
    commit: found?.digest ?? tag,
    files: [{ path: tag, sizeBytes, format: found?.format ?? "gguf", ...told }],
    choices: [
      {
        label: found ? `${quantization ?? tag} · ${sizeWords(sizeBytes)}` : tag,
        format: found?.format ?? "gguf",
        ...told,
        files: [tag],
        sizeBytes,
        ...(entry !== undefined && { alreadyHere: entry }),
      },
    ],
    gated: false,
    private: false,
    tags: [],
    characteristics: [],
    page: pageOf(name),
  };
}

/** Ollama's registry cannot be searched: this is what the server has. */
export async function searchOllama(source: OllamaSource, query: HubQuery, signal: AbortSignal): Promise<HubHits> {
  const models = await modelsOf(source.server, source.url, signal);
  const words = (query.text ?? "").toLowerCase().split(/\s+/);
  const author = query.author?.toLowerCase();
  const format = query.format?.toLowerCase();
  const found = models.filter(
    (one) =>
      words.every((word) => one.name.toLowerCase().includes(word)) &&
      (author === undefined || one.name.toLowerCase().startsWith(`${author}/`)) &&
      (format === undefined || (one.format ?? "gguf").toLowerCase() === format),
  );
  const from = Number(query.cursor ?? 0);
  if (!Number.isSafeInteger(from) || from < 0)
    throw fault({ code: "badArguments", verb: "hub.search", path: "cursor", problem: "is none of an answer before" });
  const shown = found.slice(from, from + query.limit);
  const here = await source.here(shown.map(({ name }) => name));
  return {
    hits: shown.map((one) => hitOf(one, here.get(one.name))),
    ...(from + query.limit < found.length && { cursor: String(from + query.limit) }),
    note: t(
      "Ollama's registry has no search. This is what the server at {0} has; write ollama:name:tag to get another.",
      new URL(source.url).host,
    ),
  };
}

const hitOf = ({ name, sizeBytes, modifiedAt, format }: OllamaModel, entry: string | undefined) => ({
  provider: "ollama" as const,
  reference: `ollama:${name}`,
  title: name,
  ...(modifiedAt !== undefined && { updatedAt: modifiedAt }),
  formats: [format ?? "gguf"],
  gated: false,
  sizeBytes,
  ...(entry !== undefined && { alreadyHere: entry }),
});

async function modelsOf(
  server: OllamaSource["server"],
  url: string,
  signal: AbortSignal,
): Promise<readonly OllamaModel[]> {
  const models = await server.details(url, signal);
  if (models) return models;
  const silent: Fault = { code: "network", host: new URL(url).host, reason: "no Ollama server answers there" };
  throw fault(silent);
}

function pageOf(name: string): string {
  const parts = name.split("/");
  // A host of its own stands before the namespace.
  if (parts.length > 2) return `https://${name}`;
  return `${LIBRARY}/${parts.length === 1 ? `library/${name}` : name}`;
}
