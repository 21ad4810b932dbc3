import type { HubAnalysis, HubHits, HubQuery } from "../protocol/hub.ts";

/** What a model hub tells. */
export interface Hub {
  /**
   * @param model `owner/repo`, `owner/repo@revision`, or an address of the hub's pages or files
   * @param revision wins over one inside `model`
   */
  analyze(model: string, revision: string | undefined, signal: AbortSignal): Promise<HubAnalysis>;
  /** Best first. @throws FaultError `badArguments` for a provider that cannot be searched */
  search(query: HubQuery, signal: AbortSignal): Promise<HubHits>;
}
