import { readFileName, stemOf } from "../identify/file-name.ts";
import type { HubAnalysis, HubChoice } from "../protocol/hub.ts";
import { type Fault, fault } from "../util/faults.ts";
import type { DownloadRequest } from "./queue.ts";

/** The files of one entry-to-be. */
export interface Selected {
  /** `Q4_K_M`, or the name of the one file, or a count of files. */
  readonly variant: string;
  readonly format?: string;
  readonly quantization?: string;
  /** What tells it from others of the repository that are of the same format and quantization. */
  readonly stem?: string;
  /** Inside the repository. */
  readonly paths: readonly string[];
}

type Wishes = Pick<DownloadRequest, "files" | "formats" | "quantizations" | "includeOptional">;

/**
 * Files win over formats and quantizations. Nothing said: the one choice there is. Optional files come with the first,
 * where they are wanted.
 * @throws FaultError `notFound` for a file, `badArguments` where it is not clear what is meant, naming what there is
 */
export function selectFiles(analysis: HubAnalysis, wishes: Wishes): readonly Selected[] {
  const sets = chosen(analysis, wishes);
  if (wishes.includeOptional !== true) return sets;
  const placed = new Set(sets.flatMap(({ paths }) => paths));
  const optional = analysis.files.flatMap(({ path, optional: isOptional }) =>
    isOptional === true && !placed.has(path) ? [path] : [],
  );
  return sets.map((one, index) => (index === 0 ? { ...one, paths: [...one.paths, ...optional] } : one));
}

function chosen(analysis: HubAnalysis, wishes: Wishes): readonly Selected[] {
  if (wishes.files && wishes.files.length > 0) return byFiles(analysis, wishes.files);
  const { choices } = analysis;
  const fits = (wanted: readonly string[] | undefined, value: string | undefined): boolean =>
    !wanted || wanted.length === 0 || wanted.some((one) => same(one, value));
  const asked = [...(wishes.formats ?? []), ...(wishes.quantizations ?? [])].length > 0;
  const found = choices.filter(
    (choice) => fits(wishes.formats, choice.format) && fits(wishes.quantizations, choice.quantization ?? choice.label),
  );
  if (choices.length === 0) throw unclear("files", `${analysis.repository} holds no weights we know; name its files`);
  if (asked && found.length === 0) {
    const path = wishes.quantizations && wishes.quantizations.length > 0 ? "quantizations" : "formats";
    throw unclear(path, `nothing fits; there is ${labels(choices)}`);
  }
  if (!asked && found.length > 1) throw unclear("quantizations", `say which of ${labels(choices)}`);
  return found.map((choice) => selected(analysis, choice, choice.files));
}

/** Parts of one model come together: without the others, one is of no use. */
function byFiles(analysis: HubAnalysis, wanted: readonly string[]): readonly Selected[] {
  const known = new Map(analysis.files.map((file) => [file.path, file]));
  const paths = new Set<string>();
  for (const path of wanted) {
    const file = known.get(path);
    if (!file) throw fault({ code: "notFound", what: "file", name: path, near: near(path, [...known.keys()]) });
    const group = file.shardGroup;
    for (const one of analysis.files)
      if (one === file || (group !== undefined && one.shardGroup === group)) paths.add(one.path);
  }
  const isWeights = (path: string): boolean =>
    known.get(path)?.format !== undefined && known.get(path)?.companionOf === undefined;
  const touched = analysis.choices.filter((choice) => choice.files.some((path) => paths.has(path) && isWeights(path)));
  if (touched.length === 0) return [{ variant: countWords([...paths]), paths: [...paths] }];
  const placed = new Set<string>();
  const found = touched.map((choice) => {
    const own = choice.files.filter((path) => paths.has(path));
    for (const path of own) placed.add(path);
    return selected(analysis, choice, own);
  });
  // What belongs to no choice goes with the first.
  const rest = [...paths].filter((path) => !placed.has(path));
  return found.map((one, index) => (index === 0 ? { ...one, paths: [...one.paths, ...rest] } : one));
}

function selected({ choices }: HubAnalysis, choice: HubChoice, paths: readonly string[]): Selected {
  const { format, quantization } = choice;
  const twins = choices.filter((one) => one.format === format && one.quantization === quantization);
  const stem = twins.length > 1 ? stemOf(readFileName(choice.files[0] ?? "").group, quantization) : undefined;
  const variant = quantization ?? countWords(paths);
  return {
    variant: stem === undefined || quantization === undefined ? variant : `${variant} (${stem})`,
    format,
    ...(quantization !== undefined && { quantization }),
    ...(stem !== undefined && { stem }),
    paths,
  };
}

const countWords = (paths: readonly string[]): string =>
  paths.length === 1 ? (paths[0] ?? "").slice((paths[0] ?? "").lastIndexOf("/") + 1) : `${paths.length} files`;

const same = (a: string, b: string | undefined): boolean => b !== undefined && a.toLowerCase() === b.toLowerCase();

const labels = (choices: readonly HubChoice[]): string => {
  const shown = choices.slice(0, 20).map((choice) => choice.label);
  return choices.length > shown.length
    ? `${shown.join(", ")} and ${choices.length - shown.length} more`
    : shown.join(", ");
};

const near = (wanted: string, paths: readonly string[]): readonly string[] => {
  const name = wanted.slice(wanted.lastIndexOf("/") + 1).toLowerCase();
  return paths.filter((path) => path.toLowerCase().includes(name) || name.includes(path.toLowerCase())).slice(0, 3);
};

const unclear = (path: string, problem: string): Error => fault(badArguments(path, problem));

/** Of this verb. */
export const badArguments = (path: string, problem: string): Fault => ({
  code: "badArguments",
  verb: "downloads.add",
  path,
  problem,
});
