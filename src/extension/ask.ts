import type { Download } from "../core/protocol/downloads.ts";
import type { HubAnalysis } from "../core/protocol/hub.ts";
import type { EntryDetails, EntryPage, ModelStats } from "../core/protocol/models.ts";
import type { ProfileList, ServerLogs, ServingStatus, SwitchResult } from "../core/protocol/serving.ts";
import type { GpuStatus } from "../core/protocol/system.ts";

/** What each verb answers. */
export interface VerbResults {
  readonly "models.list": EntryPage;
  readonly "models.show": EntryDetails;
  readonly "models.stats": ModelStats;
  readonly "hub.analyze": HubAnalysis;
  readonly "downloads.add": { readonly ids: readonly string[] };
  readonly "downloads.list": { readonly downloads: readonly Download[] };
  readonly "downloads.pause": { readonly ids: readonly string[] };
  readonly "downloads.resume": { readonly ids: readonly string[] };
  readonly "downloads.cancel": { readonly ids: readonly string[] };
  readonly "profiles.list": ProfileList;
  readonly "serving.switch": SwitchResult;
  readonly "serving.stop": ServingStatus;
  readonly "serving.status": ServingStatus;
  readonly "serving.logs": ServerLogs;
  readonly "gpu.status": GpuStatus;
}

export type VerbName = keyof VerbResults;

/** Runs a verb and hands its answer out as what it is. Rejects as `Deck.run` does. */
export type Ask = <Name extends VerbName>(
  verb: Name,
  args: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<VerbResults[Name]>;

export const createAsk =
  (run: (verb: string, args: unknown, signal: AbortSignal) => Promise<unknown>): Ask =>
  async (verb, args, signal) => {
    const result = await run(verb, args, signal);
    if (!answers(verb, result)) throw new TypeError(`${verb} answered with something else`);
    return result;
  };

/** The field by which an answer is known; the core it comes from is ours, so its depths are taken on trust. */
const marks = {
  "models.list": "entries",
  "models.show": "files",
  "models.stats": "byBackend",
  "hub.analyze": "choices",
  "downloads.add": "ids",
  "downloads.list": "downloads",
  "downloads.pause": "ids",
  "downloads.resume": "ids",
  "downloads.cancel": "ids",
  "profiles.list": "profiles",
  "serving.switch": "outcome",
  "serving.stop": "servers",
  "serving.status": "servers",
  "serving.logs": "lines",
  "gpu.status": "gpus",
} as const satisfies { readonly [Name in VerbName]: keyof VerbResults[Name] };

const answers = <Name extends VerbName>(verb: Name, result: unknown): result is VerbResults[Name] =>
  typeof result === "object" && result !== null && marks[verb] in result;

/** Every verb the palette offers. */
export const isVerbName = (name: string): name is VerbName => Object.hasOwn(marks, name);
