import type { HubAnalysis, HubHits, HubQuery } from "../protocol/hub.ts";

/** What a model hub tells. */
export interface Hub {
  /**
   * @param model `owner/repo[@revision]`, `civitai:<model>[@<version>]`, an AIR, `ollama:name[:tag]`, or an address of a
   * hub's pages and files, or of a file anywhere
   * @param revision wins over one inside `model`; of Civitai a version, of Ollama a tag
   */
  analyze(model: string, revision: string | undefined, signal: AbortSignal): Promise<HubAnalysis>;
  /** Best first. @throws FaultError `badArguments` for a provider that cannot be searched */
  search(query: HubQuery, signal: AbortSignal): Promise<HubHits>;
}
