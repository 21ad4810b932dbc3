import type { Files } from "../ports/files.ts";
import { amongKnown } from "../registry/among-known.ts";
import { nameEntry } from "../registry/entry-naming.ts";
import type { Registry } from "../registry/registry.ts";
import type { Hub } from "../sources/hub.ts";
import { parseReference, parseRevision } from "../sources/reference.ts";
import { type AlreadyHere, alreadyHere } from "./already-here.ts";
import { newEntryOf } from "./new-entry-of.ts";
import { makePlan } from "./make-plan.ts";
import { type Places, placeFor } from "./place.ts";
import type { DownloadPlan } from "./plan.ts";
import type { DownloadRequest } from "./queue.ts";
import { refuseLockedOnes } from "./refuse-locked.ts";
import { selectFiles } from "./select-files.ts";
import { ownersOf } from "./small-files.ts";

export interface Planning extends AlreadyHere {
  readonly hub: Hub;
  readonly files: Files;
  readonly places: Places;
  readonly endpoint: string;
  readonly registry: Pick<Registry, "query">;
}

export interface Planned {
  readonly plan: DownloadPlan;
  /** The entry that holds all of it already. */
  readonly entry?: string;
}

/** A request as plans, one for each entry-to-be. Asks the hub; changes nothing. */
export async function planDownloads(
  planning: Planning,
  request: DownloadRequest,
  signal: AbortSignal,
): Promise<readonly Planned[]> {
  const { hub, files, places, endpoint } = planning;
  const reference = parseReference(request.model, endpoint, "downloads.add");
  const revision = request.revision === undefined ? undefined : parseRevision(request.revision, "downloads.add");
  // Before the hub is asked: a place that cannot be is known now.
  placeFor(places, request, { repository: reference.repository, revision: revision ?? reference.revision ?? "main" });
  const analysis = await hub.analyze(request.model, revision, signal);
  const wishes = request.files ?? (reference.file === undefined ? undefined : [reference.file]);
  const selected = selectFiles(analysis, { ...request, files: wishes });
  const place = placeFor(places, request, analysis);
  const anywhere = request.folder === undefined && request.location === undefined && request.subfolder === undefined;
  const force = request.force === true;
  const planned: Planned[] = [];
  for (const one of selected) {
    const plan = await makePlan(files, analysis, one, place, force);
    const here = force ? undefined : await alreadyHere(planning, plan, anywhere);
    if (!here) await refuseLocked(planning, plan);
    planned.push(here ?? { plan });
  }
  return planned;
}

/**
 * What a person locked is not changed by a download, forced or not: neither an entry that it would become, nor a file
 * in whose place it would put its own. @throws FaultError `locked`
 */
export async function refuseLocked({ registry }: Pick<Planning, "registry">, plan: DownloadPlan): Promise<void> {
  const files = plan.files.map((planned) => ({ planned, finished: undefined }));
  const owners = await ownersOf({ registry }, plan);
  const name = owners?.name ?? nameEntry(await amongKnown(registry, newEntryOf({ plan, files }, "")));
  const targets = plan.files.map(({ target }) => target);
  await refuseLockedOnes({ registry }, [name], targets);
}
