import { backendOf, displayNameOf } from "../identify/naming.ts";
import type { Backend, Characteristic, Proof } from "../protocol/models.ts";
import type { NewEntry } from "../registry/new-entry.ts";
import type { Item } from "./item.ts";
import { branchWord } from "./place.ts";
import type { DownloadPlan } from "./plan.ts";

/** What a finished download adds to the collection; of its files those that are finished. */
export function newEntryOf(
  {
    plan,
    files,
  }: Pick<Item, "plan"> & { readonly files: readonly Pick<Item["files"][number], "planned" | "finished">[] },
  downloadedAt: string,
): NewEntry {
  const repository = plan.repository.slice(plan.repository.indexOf("/") + 1);
  const tail = plan.stem === undefined ? repository : `${repository}-${plan.stem}`;
  const branch = branchWord(plan.revision);
  const stored = files.flatMap(({ planned, finished }) => {
    if (!finished) return [];
    const { proof, sha256, gitSha1, modified, identity } = finished;
    return [
      {
        path: planned.target,
        sizeBytes: planned.sizeBytes,
        proof,
        sha256,
        ...(gitSha1 !== undefined && { gitSha1 }),
        modified,
        identity,
      },
    ];
  });
  const weights = files.filter((file) => file.planned.primary);
  const path = (weights[0] ?? files[0])?.planned.target;
  return {
    displayName: displayNameOf(tail, plan.quantization),
    family: branch === undefined ? tail : `${tail}@${branch}`,
    backend: planBackend(plan),
    proof: weakest((weights.length > 0 ? weights : files).map((file) => file.finished?.proof ?? "unverified")),
    ...(plan.format !== undefined && { format: plan.format }),
    ...(plan.quantization !== undefined && { quantization: plan.quantization.toLowerCase() }),
    ...(path !== undefined && { path }),
    ...(plan.location !== undefined && { location: plan.location }),
    sizeBytes: plan.files.reduce((sum, file) => sum + file.sizeBytes, 0),
    source: { provider: plan.provider, reference: plan.repository, revision: plan.commit },
    downloadedAt,
    capabilities: capabilitiesOf(plan.characteristics),
    files: stored,
    characteristics: characteristicsOf(plan),
  };
}

/** Who can serve it, as far as its files tell. */
function planBackend({ format, tags, files }: DownloadPlan): Backend {
  const has = (name: string): boolean => files.some((file) => file.path === name);
  return backendOf({
    format,
    mlx: tags.includes("mlx"),
    pipeline: has("model_index.json") || tags.includes("diffusers"),
    configured: has("config.json"),
  });
}

const PROOFS: readonly Proof[] = ["unverified", "gitSha1", "sha256"];

const weakest = (proofs: readonly Proof[]): Proof => PROOFS.find((proof) => proofs.includes(proof)) ?? "unverified";

function capabilitiesOf(characteristics: readonly Characteristic[]): readonly string[] {
  const task = characteristics.find((one) => one.name === "task")?.value;
  const found = new Set<string>();
  if (task === "text-generation" || task === "conversational" || task === "image-text-to-text") found.add("text");
  if (task === "feature-extraction" || task === "sentence-similarity") found.add("embedding");
  if (characteristics.some((one) => one.name === "vision" && one.value === true)) found.add("vision");
  return [...found];
}

const characteristicsOf = ({ characteristics, quantization }: DownloadPlan): readonly Characteristic[] =>
  quantization === undefined
    ? characteristics
    : [...characteristics, { name: "quantization", value: quantization, source: "name", confidence: 0.7 }];
