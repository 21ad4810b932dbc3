import { stemOf } from "../identify/file-name.ts";
import type { FileHead } from "../identify/head.ts";
import type { StoreSight } from "../ports/store-disk.ts";
import { companionFor, plain } from "./companions.ts";
import type { FolderContext } from "./folder-context.ts";
import type { Member, Place } from "./folder-files.ts";
import type { FoundModel } from "./found.ts";
import { type Weights, groupWeights, missingParts } from "./group-weights.ts";
import { type Parts, makeFound } from "./make-found.ts";
import { pipelineParts } from "./pipeline-parts.ts";
import type { Found } from "./store-reader.ts";

/** A folder with all around it that may belong to its models. */
export interface Surroundings {
  readonly place: Place;
  /** Projectors and drafts of the folders above, of the same repository. */
  readonly above: readonly Member[];
  /** Files of sub-folders that are the folder's own model's. */
  readonly inner: readonly Member[];
  readonly isPipeline: boolean;
}

interface Headed extends Weights {
  readonly heads: readonly FileHead[];
  readonly stem: string;
  readonly quantization: string | undefined;
}

export function* weightsModels(
  { place, above, inner, isPipeline }: Surroundings,
  context: FolderContext,
  sight: StoreSight,
): Found {
  if (isPipeline) {
    const parts = pipelineParts(place, inner, sight.disk);
    if (parts) yield told(parts, context, sight);
  }
  const headed: Headed[] = [];
  const mates: Member[] = [];
  // Beside a pipeline lies the same once more in one file, which is a model by itself.
  for (const weights of groupWeights(place.members, isPipeline ? new Set() : place.names)) {
    yield undefined;
    const one = withHeads(weights, sight);
    const kind = one?.heads[0]?.kind;
    if (one && (kind === "projector" || kind === "draft")) mates.push(...one.files);
    else if (one && kind !== "unknown" && kind !== "vocabulary" && kind !== "imatrix") headed.push(one);
  }
  const projectors = place.members.filter(({ facts }) => facts.role === "projector");
  const drafts = place.members.filter(({ facts }) => facts.role === "draft");
  const known: Mates = {
    projectors: [...projectors, ...mates.filter((file) => sight.disk.head(file.path).kind === "projector")],
    drafts: [...drafts, ...mates.filter((file) => sight.disk.head(file.path).kind === "draft")],
    above,
  };
  const all = neighboursOf(headed);
  for (const one of headed) {
    yield told(partsOf(one, all, known, { place, inner, repository: context.family !== undefined }), context, sight);
  }
}

/** A file that cannot be understood is told by the disk, with its reason. */
const told = (parts: Parts, context: FolderContext, sight: StoreSight): FoundModel | undefined =>
  makeFound(parts, context, sight);

function withHeads(weights: Weights, { disk, trouble }: StoreSight): Headed | undefined {
  const [first] = weights.files;
  if (!first) return undefined;
  const missing = missingParts(weights.files);
  if (missing > 0) {
    const count = first.facts.part?.count ?? 0;
    trouble(first.path, `${missing} of its ${count} parts are not here. Download them, or delete the rest.`);
    return undefined;
  }
  const heads = weights.files.map((file) => disk.head(file.path));
  const quantization = first.facts.quantization ?? heads[0]?.quantization;
  return { ...weights, heads, stem: stemOf(first.facts.group, first.facts.quantization), quantization };
}

interface Mates {
  readonly projectors: readonly Member[];
  readonly drafts: readonly Member[];
  readonly above: readonly Member[];
}

/** What the models of one folder have in common: asked once, of however many. */
interface Neighbours {
  readonly stems: readonly string[];
  /** All are of one name. */
  readonly areAlike: () => boolean;
  /** How many are of its format and quantization, itself included. */
  readonly twinsOf: (one: Headed) => number;
}

function neighboursOf(all: readonly Headed[]): Neighbours {
  const kindOf = ({ format, quantization }: Headed): string => `${format}\n${quantization ?? ""}`;
  const counts = new Map<string, number>();
  for (const one of all) counts.set(kindOf(one), (counts.get(kindOf(one)) ?? 0) + 1);
  const stems = all.map(({ stem }) => stem);
  let alike: boolean | undefined;
  return {
    stems,
    areAlike: () => (alike ??= stems.every((stem) => stem === stems[0] || plain(stem) === plain(stems[0] ?? ""))),
    twinsOf: (one) => counts.get(kindOf(one)) ?? 0,
  };
}

function partsOf(
  one: Headed,
  { stems, areAlike, twinsOf }: Neighbours,
  mates: Mates,
  { place, inner, repository }: { place: Place; inner: readonly Member[]; repository: boolean },
): Parts {
  const { by, files, heads, stem } = one;
  const common = {
    by,
    folder: place.folder,
    names: place.names,
    weights: files,
    heads,
    texts: by === "folder" || repository || areAlike(),
  };
  if (by === "folder") {
    const support = place.members.filter(({ facts }) => facts.role === "support");
    return { ...common, others: [...one.again, ...support, ...inner] };
  }
  const named = repository && twinsOf(one) > 1 ? { stem } : {};
  if (one.format !== "gguf") return { ...common, ...named, others: [] };
  const from = (here: readonly Member[], role: string): Member | undefined => {
    const candidates = here.length > 0 ? here : mates.above.filter(({ facts }) => facts.role === role);
    return companionFor(stem, candidates, repository ? [stem] : stems);
  };
  const projector = from(mates.projectors, "projector");
  const draft = from(mates.drafts, "draft");
  return { ...common, ...named, ...(projector && { projector }), others: draft ? [draft] : [] };
}
