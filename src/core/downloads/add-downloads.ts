import type { HubFile } from "../protocol/hub.ts";
import { amongKnown } from "../registry/among-known.ts";
import { nameEntry } from "../registry/entry-naming.ts";
import type { Registry } from "../registry/registry.ts";
import type { Hub } from "../sources/hub.ts";
import { parseReference, parseRevision } from "../sources/reference.ts";
import { type Endpoints, parseSource } from "../sources/source-reference.ts";
import { fault } from "../util/faults.ts";
import { type AlreadyHere, alreadyHere } from "./already-here.ts";
import { newEntryOf } from "./new-entry-of.ts";
import { ollamaPlan } from "./ollama-plan.ts";
import { placeFor } from "./place.ts";
import type { DownloadPlan } from "./plan.ts";
import { type SetPlanning, planSets } from "./plan-sets.ts";
import type { DownloadRequest } from "./queue.ts";
import { refuseLockedOnes } from "./refuse-locked.ts";
import { badArguments } from "./select-files.ts";
import { ownersOf } from "./small-files.ts";

export interface Planning extends AlreadyHere, Omit<SetPlanning, "endpoint"> {
  readonly hub: Hub;
  readonly endpoints: Endpoints;
  readonly registry: Pick<Registry, "query">;
}

export interface Planned {
  readonly plan: DownloadPlan;
  /** The entry that holds all of it already. */
  readonly entry?: string;
  /** By path, of what the source's own scanners say against files. */
  readonly warnings: ReadonlyMap<string, string>;
}

/** A request as plans, one for each entry-to-be. Asks the source; changes nothing. */
export async function planDownloads(
  planning: Planning,
  request: DownloadRequest,
  signal: AbortSignal,
): Promise<readonly Planned[]> {
  const asked = readRequest(planning, request);
  const analysis = await planning.hub.analyze(asked.model, asked.revision, signal);
  const warnings = warningsOf(analysis.files);
  if (analysis.provider === "ollama") return [{ plan: ollamaPlan(analysis, request.force === true), warnings }];
  const endpoint = planning.endpoints.huggingface;
  const plans = await planSets({ ...planning, endpoint }, analysis, { ...request, files: asked.files }, signal);
  const anywhere = request.folder === undefined && request.location === undefined && request.subfolder === undefined;
  const planned: Planned[] = [];
  for (const made of plans) {
    const plan = request.reuse === undefined ? made : { ...made, reuse: request.reuse };
    const here = plan.force ? undefined : await alreadyHere(planning, plan, anywhere && plan.linkOut === undefined);
    if (!here) await refuseLocked(planning, plan);
    planned.push({ ...(here ?? { plan }), warnings });
  }
  return planned;
}

/** What can be refused before any source is asked is refused now. @throws FaultError */
function readRequest(
  { endpoints, places }: Pick<Planning, "endpoints" | "places">,
  request: DownloadRequest,
): Pick<DownloadRequest, "model" | "revision" | "files"> {
  const source = parseSource(request.model, endpoints, "downloads.add");
  if (request.sha256 !== undefined && source.kind !== "url")
    throw fault(badArguments("sha256", "is for direct addresses; other sources tell it themselves"));
  if (source.kind !== "huggingface") {
    if (source.kind !== "ollama") placeFor(places, request, { repository: "any/model", revision: "main" });
    const model = request.sha256 === undefined ? request.model : `${request.model}#sha256=${request.sha256}`;
    return { model, revision: request.revision, files: request.files };
  }
  const reference = parseReference(source.text, endpoints.huggingface, "downloads.add");
  const revision = request.revision === undefined ? undefined : parseRevision(request.revision, "downloads.add");
  placeFor(places, request, { repository: reference.repository, revision: revision ?? reference.revision ?? "main" });
  return {
    model: request.model,
    revision,
    files: request.files ?? (reference.file === undefined ? undefined : [reference.file]),
  };
}

const warningsOf = (files: readonly HubFile[]): ReadonlyMap<string, string> =>
  new Map(files.flatMap(({ path, warning }) => (warning === undefined ? [] : [[path, warning] as const])));

/**
 * What a person locked is not changed by a download, forced or not: neither an entry that it would become, nor a file
 * in whose place it would put its own. @throws FaultError `locked`
 */
export async function refuseLocked({ registry }: Pick<Planning, "registry">, plan: DownloadPlan): Promise<void> {
  if (plan.provider === "ollama") return;
  const files = plan.files.map((planned) => ({ planned, finished: undefined }));
  const owners = await ownersOf({ registry }, plan);
  const name = owners?.name ?? nameEntry(await amongKnown(registry, newEntryOf({ plan, files }, "")));
  const targets = plan.files.map(({ target }) => target);
  await refuseLockedOnes({ registry }, [name], targets);
}
