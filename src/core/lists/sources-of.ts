import type { HubAnalysis } from "../protocol/hub.ts";
import { toTrouble } from "../present/trouble.ts";
import type { Hub } from "../sources/hub.ts";
import { parseReference } from "../sources/reference.ts";
import { spread } from "../tasks/spread.ts";
import { isFault } from "../util/faults.ts";

/** Where a wanted file comes from: what `downloads.add` is asked for. */
export interface WantedSource {
  readonly model: string;
  readonly revision?: string;
  /** Inside the repository; absent: the address is the file. */
  readonly path?: string;
}

/** Facts of a source, as far as it told. */
export interface SourceFacts {
  readonly sizeBytes?: number;
  readonly sha256?: string;
}

const QUESTIONS_AT_ONCE = 4;
/** Addresses that are no hub's are each a question of its own. */
const MOST_QUESTIONS = 200;

/** An address of the hub as its repository and path, any other as itself. */
export function sourceOf(url: string, endpoint: string): WantedSource {
  try {
    const { repository, revision, file } = parseReference(url, endpoint, "library.lists");
    if (file !== undefined) return { model: repository, revision: revision ?? "main", path: file };
  } catch (error) {
    if (!isFault(error, "badArguments")) throw error;
  }
  return { model: url };
}

const keyOf = ({ model, revision }: WantedSource): string => JSON.stringify([model, revision]);

/**
 * Asks each repository once. What a source does not tell is not known, with the reason for each that was silent.
 * @returns the facts by source
 */
export async function factsOf(
  hub: Pick<Hub, "analyze">,
  sources: readonly WantedSource[],
  signal: AbortSignal,
): Promise<{
  readonly factsOf: (source: WantedSource) => SourceFacts;
  readonly silent: readonly { readonly model: string; readonly reason: string }[];
}> {
  const asked = new Map(sources.map((source) => [keyOf(source), source]));
  const answers = new Map<string, HubAnalysis>();
  const silent: { model: string; reason: string }[] = [];
  const questions = [...asked].slice(0, MOST_QUESTIONS);
  await spread(questions, QUESTIONS_AT_ONCE, async ([key, { model, revision }]) => {
    signal.throwIfAborted();
    try {
      answers.set(key, await hub.analyze(model, revision, signal));
    } catch (error) {
      signal.throwIfAborted();
      silent.push({ model, reason: toTrouble(error).message });
    }
  });
  if (asked.size > MOST_QUESTIONS)
    silent.push({ model: "…", reason: `only ${MOST_QUESTIONS} sources are asked at once` });
  return {
    factsOf: (source) => {
      const files = answers.get(keyOf(source))?.files ?? [];
      const file = source.path === undefined ? files[0] : files.find(({ path }) => path === source.path);
      return file ? { sizeBytes: file.sizeBytes, ...(file.sha256 !== undefined && { sha256: file.sha256 }) } : {};
    },
    silent,
  };
}
