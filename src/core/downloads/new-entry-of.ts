import { capabilitiesOf } from "../identify/capabilities-of.ts";
import { effective, settled } from "../identify/effective.ts";
import { readFileName, stemOf } from "../identify/file-name.ts";
import type { Identified } from "../identify/head.ts";
import { backendOf, displayNameOf } from "../identify/naming.ts";
import type { Backend, Characteristic, Proof } from "../protocol/models.ts";
import type { NewEntry } from "../registry/new-entry.ts";
import type { Item } from "./item.ts";
import { branchWord } from "./place.ts";
import { type DownloadPlan, knownAs } from "./plan.ts";

/**
 * What a finished download adds to the collection; of its files those that are finished. What they say themselves is
 * added to what the hub said; the name never depends on it.
 */
export function newEntryOf(
  {
    plan,
    files,
  }: Pick<Item, "plan"> & { readonly files: readonly Pick<Item["files"][number], "planned" | "finished">[] },
  downloadedAt: string,
  identified?: Pick<Identified, "characteristics" | "shape">,
): NewEntry {
  const own = ownWord(plan);
  const tail = plan.stem === undefined ? own : `${own}-${plan.stem}`;
  const branch = revisionWord(plan);
  const stored = files.flatMap(({ planned, finished }) => {
    if (!finished) return [];
    const { proof, sha256, gitSha1, modified, identity } = finished;
    return [
      {
        path: knownAs(planned),
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
  const characteristics = settled([...characteristicsOf(plan), ...(identified?.characteristics ?? [])]);
  const lead = (weights[0] ?? files[0])?.planned;
  return {
    displayName: displayNameOf(tail, plan.quantization),
    family: branch === undefined ? tail : `${tail}@${branch}`,
    backend: planBackend(plan),
    proof: weakest((weights.length > 0 ? weights : files).map((file) => file.finished?.proof ?? "unverified")),
    ...(plan.format !== undefined && { format: plan.format }),
    ...(plan.quantization !== undefined && { quantization: plan.quantization.toLowerCase() }),
    ...(lead !== undefined && { path: knownAs(lead) }),
    ...(plan.location !== undefined && { location: plan.location }),
    sizeBytes: plan.files.reduce((sum, file) => sum + file.sizeBytes, 0),
    source: { provider: plan.provider, reference: plan.repository, revision: plan.commit },
    downloadedAt,
    ...(plan.documents !== undefined && { metadata: { documents: plan.documents } }),
    capabilities: capabilitiesOf(effective(characteristics)),
    files: stored,
    characteristics,
    ...(identified?.shape && { shape: identified.shape }),
  };
}

/** Repository tail; of sources without owners what people call it, or its file's name. */
function ownWord({ provider, repository, title, files }: DownloadPlan): string {
  if (provider === "huggingface") return repository.slice(repository.indexOf("/") + 1);
  // An address has no title but its file's name, quantization and ending included.
  if (title !== undefined && provider !== "url") return title;
  const { group, quantization } = readFileName(files[0]?.path ?? repository);
  return provider === "url" ? stemOf(group, quantization) : repository.slice(repository.indexOf(":") + 1);
}

/** What tells it from other revisions of the same; an address has but one. */
function revisionWord({ provider, revision }: DownloadPlan): string | undefined {
  if (provider === "url") return undefined;
  return provider === "ollama" && revision === "latest" ? undefined : branchWord(revision);
}

/** Folders of ComfyUI for nodes that run language models, which other programs serve as well. */
const LANGUAGE = /[\\/](?:llms?|llm_gguf|llava|prompt_generator)(?:[\\/]|$)/i;

/** Who can serve it: the program whose folder it lies in, else as far as its files tell. As a scan of that place says it. */
function planBackend({ format, tags, files, layout, folder }: DownloadPlan): Backend {
  if (layout === "comfyui" && !LANGUAGE.test(folder)) return "comfyui";
  if (layout === "lm-studio" && format === "safetensors") return "mlx";
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

/** What the hub says, its task in the words of abilities, and what only the name tells. */
const characteristicsOf = ({ characteristics, quantization }: DownloadPlan): readonly Characteristic[] => [
  ...characteristics,
  ...abilityOf(characteristics.find(({ name }) => name === "task")?.value),
  ...(quantization === undefined
    ? []
    : [{ name: "quantization", value: quantization, source: "name", confidence: 0.7 } as const]),
];

const TASKS: Readonly<Record<string, string>> = {
  "text-generation": "text",
  conversational: "text",
  "image-text-to-text": "text",
  "feature-extraction": "embeddings",
  "sentence-similarity": "embeddings",
};

function abilityOf(task: Characteristic["value"] | undefined): readonly Characteristic[] {
  const name = TASKS[String(task)];
  return name === undefined ? [] : [{ name, value: true, source: "hub", confidence: 0.8 }];
}
