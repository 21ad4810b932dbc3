import { entryOfFound } from "../maintenance/operations/entry-of-found.ts";
import type { Files } from "../ports/files.ts";
import type { Scanner } from "../ports/scanner.ts";
import type { NewEntry } from "../registry/new-entry.ts";
import type { Location } from "../settings.ts";
import { foundFromServer } from "../stores/found-from-server.ts";
import type { FoundModel } from "../stores/found.ts";
import { type StoreWorld, storePlaces } from "../stores/places.ts";

export interface OllamaEntries {
  readonly scanner: Pick<Scanner, "scan">;
  readonly files: Files;
  readonly surroundings: StoreWorld;
  readonly locations: readonly Location[];
}

/** As an import of Ollama makes it: of its store where that lies on this disk, else of what its server says. */
export async function ollamaEntry(
  { scanner, files, surroundings, locations }: OllamaEntries,
  name: string,
  sizeBytes: number,
  signal: AbortSignal,
): Promise<NewEntry> {
  let found: FoundModel | undefined;
  for (const root of await storePlaces("ollama", surroundings, files)) {
    const report = await scanner.scan({ store: "ollama", root }, () => undefined, signal).catch(() => undefined);
    found ??= report?.models.find((model) => model.servedModelId === name);
  }
  const model = found ?? foundFromServer(new Map([[name, sizeBytes]]))[0];
  if (!model) throw new Error("a model of Ollama has a name");
  return entryOfFound({ locations }, { ...model, backend: "ollama" }, "ollama");
}
