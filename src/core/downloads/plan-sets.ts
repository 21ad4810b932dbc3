import { readFileName } from "../identify/file-name.ts";
import type { HubAnalysis } from "../protocol/hub.ts";
import { fileAddress } from "../sources/hub-faults.ts";
import type { Hub } from "../sources/hub.ts";
import { fault } from "../util/faults.ts";
import type { LayoutPorts } from "./layouts/laid.ts";
import { type SupportFile, makePlan } from "./make-plan.ts";
import { type Places, placeFor } from "./place.ts";
import type { DownloadPlan } from "./plan.ts";
import type { DownloadRequest } from "./queue.ts";
import { type Selected, badArguments, selectFiles } from "./select-files.ts";

export interface SetPlanning extends LayoutPorts {
  readonly hub: Pick<Hub, "analyze">;
  readonly places: Places;
  /** Of the hub of Hugging Face, without a slash at its end. */
  readonly endpoint: string;
  /** Of ComfyUI: files that name further folders. */
  readonly extraPaths?: readonly string[] | undefined;
}

/**
 * One plan for each entry-to-be of what was asked for. Asks the hub for a support repository only.
 * @throws FaultError `badArguments`, `notFound`
 */
export async function planSets(
  planning: SetPlanning,
  analysis: HubAnalysis,
  request: DownloadRequest,
  signal: AbortSignal,
): Promise<readonly DownloadPlan[]> {
  const place = placeFor(planning.places, request, analysis);
  const sets = selectFiles(analysis, request);
  const plans: DownloadPlan[] = [];
  for (const selected of sets) {
    const support =
      request.supportRepo === undefined || request.supportRepo === ""
        ? undefined
        : await supportFor(planning, request.supportRepo, selected, signal);
    plans.push(
      await makePlan(planning, analysis, selected, place, { ...request, extraPaths: planning.extraPaths, support }),
    );
  }
  return plans;
}

/** Configuration and tokenizer at the top of the repository, where the set has none of that name. */
async function supportFor(
  { hub, endpoint }: SetPlanning,
  reference: string,
  selected: Selected,
  signal: AbortSignal,
): Promise<readonly SupportFile[]> {
  const { provider, repository, commit, files } = await hub.analyze(reference, undefined, signal);
  if (provider !== "huggingface")
    throw fault(badArguments("supportRepo", "only repositories of Hugging Face have configuration and tokenizer"));
  const have = new Set(selected.paths);
  const wanted = files.filter(
    ({ path }) =>
      readFileName(path).role === "support" && !path.includes("/") && !path.endsWith(".index.json") && !have.has(path),
  );
  if (wanted.length === 0 && !selected.paths.some((path) => readFileName(path).role === "support"))
    throw fault(badArguments("supportRepo", `${repository} has no configuration and no tokenizer`));
  return wanted.map((file) => ({
    file,
    from: { repository, commit },
    url: file.url ?? fileAddress(endpoint, repository, commit, file.path),
  }));
}
