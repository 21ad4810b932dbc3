import type { Member } from "./folder-files.ts";

/** Files that are one model. */
export interface Weights {
  /** `folder`: with the configuration beside it, served by the folder's path. */
  readonly by: "file" | "folder";
  /** As files of this kind are named; the header may know better. */
  readonly format: string;
  /** In the order of the parts. */
  readonly files: readonly Member[];
  /** The same weights once more, in another format or precision. */
  readonly again: readonly Member[];
}

const CONFIGURATIONS = ["config.json", "params.json", "adapter_config.json"];
/** As libraries name weights that are known by their folder. */
export const GENERIC =
  /^(ggml-model|model|pytorch_model|adapter_model|diffusion_pytorch_model|consolidated|weights)(?=[-_.]|$)/i;
const FORMATS = ["safetensors", "pytorch", "onnx"];

/** Which of a folder's files are one model. */
export function groupWeights(members: readonly Member[], names: ReadonlySet<string>): readonly Weights[] {
  const groups = new Map<string, Member[]>();
  for (const member of members) {
    if (member.facts.role !== "weights") continue;
    const group = groups.get(member.facts.group);
    if (group) group.push(member);
    else groups.set(member.facts.group, [member]);
  }
  const all = Array.from(groups.values(), inOrder);
  const others = all.filter(([first]) => first?.facts.format !== "gguf");
  const main = CONFIGURATIONS.some((name) => names.has(name)) ? mainOf(others) : undefined;
  if (main === undefined) return all.map(alone);
  return [
    ...all.filter(([first]) => first?.facts.format === "gguf").map(alone),
    { ...alone(main), by: "folder", again: others.filter((one) => one !== main).flat() },
  ];
}

/** What the configuration is of; undefined where that is not clear, as where many things lie in one folder. */
function mainOf(groups: readonly (readonly Member[])[]): readonly Member[] | undefined {
  for (const format of FORMATS) {
    const same = groups.filter(([first]) => first?.facts.format === format);
    if (same.length === 1) return same[0];
    if (same.length > 1) return same.toSorted((one, other) => rank(one) - rank(other)).find((one) => rank(one) < 3);
  }
  return undefined;
}

function rank([first]: readonly Member[]): number {
  const name = first?.name ?? "";
  if (/^consolidated/i.test(name)) return 2;
  if (!GENERIC.test(name)) return 3;
  return /\.(fp16|bf16|non_ema|ema_only)[.-]/.test(name) ? 1 : 0;
}

const alone = (files: readonly Member[]): Weights => ({
  by: "file",
  format: files[0]?.facts.format ?? "",
  files,
  again: [],
});

const inOrder = (files: readonly Member[]): readonly Member[] =>
  files.toSorted((one, other) => (one.facts.part?.index ?? 0) - (other.facts.part?.index ?? 0));

/** How many parts of a split model are not there. */
export function missingParts(files: readonly Member[]): number {
  const count = files[0]?.facts.part?.count ?? files.length;
  return Math.max(0, count - new Set(files.map((file) => file.facts.part?.index ?? 0)).size);
}
