import type { Files } from "../ports/files.ts";
import type { HubAnalysis, HubFile } from "../protocol/hub.ts";
import { fault, isFault } from "../util/faults.ts";
import { type Laid, type LaidFile, type LayoutPorts, nameBelow } from "./layouts/laid.ts";
import { layOut } from "./layouts/lay-out.ts";
import type { Place } from "./place.ts";
import { type DownloadPlan, type PlannedFile, knownAs } from "./plan.ts";
import type { DownloadRequest } from "./queue.ts";
import { folderOf, isAbsolute } from "./safe-path.ts";
import { type Selected, badArguments } from "./select-files.ts";
import { isBelow } from "../maintenance/operations/paths.ts";

export interface Wishes extends Pick<DownloadRequest, "files" | "subfolder" | "linkOut" | "force"> {
  /** Of ComfyUI: files that name further folders. */
  readonly extraPaths?: readonly string[] | undefined;
  /** Of another repository; each with its address. */
  readonly support?: readonly SupportFile[] | undefined;
}

export interface SupportFile {
  readonly file: HubFile;
  readonly from: NonNullable<PlannedFile["from"]>;
  readonly url: string;
}

/**
 * Says where each file goes; touches nothing, see `layOut`.
 * @throws FaultError `badArguments` where a repository's path must not become one here, or two would be one; `diskSilent`
 * where names depend on what a disk holds that does not answer
 */
export async function makePlan(
  ports: LayoutPorts,
  analysis: HubAnalysis,
  selected: Selected,
  place: Place,
  wishes: Wishes,
): Promise<DownloadPlan> {
  const { subfolder, extraPaths, support = [] } = wishes;
  const named = wishes.files !== undefined && wishes.files.length > 0;
  const ask = ports.disks?.ask ?? ((_root, question) => question());
  const laying = { place, analysis, selected, named, subfolder, extraPaths };
  const laid = isPlain(place) ? await layOut(ports, laying) : await ask(place.root, () => layOut(ports, laying));
  const known = new Map(analysis.files.map((file) => [file.path, file]));
  const planned = [
    ...[...laid.names].flatMap(([path, name]) => {
      const file = known.get(path);
      return file ? [plannedFile(file, name)] : [];
    }),
    ...supportFiles(laid, place, support),
  ];
  refuseClashes(planned);
  const linkOut = linkFolders(wishes.linkOut ?? []);
  const documents = (analysis.documents ?? []).flatMap((path) => {
    const file = known.get(path);
    return file ? [{ path, ...digestOf(file) }] : [];
  });
  const folders = [
    ...planned.flatMap((file) => [folderOf(file.target), folderOf(knownAs(file))]),
    ...(laid.marks ?? []).map(({ path }) => folderOf(path)),
    ...linkOut,
  ];
  const isInside = place.location !== undefined && (laid.root === place.root || isBelow(laid.root, place.root));
  return {
    version: 1,
    provider: analysis.provider,
    repository: analysis.repository,
    ...(analysis.title !== undefined && { title: analysis.title }),
    revision: analysis.revision,
    commit: analysis.commit,
    variant: selected.variant,
    ...(selected.format !== undefined && { format: selected.format }),
    ...(selected.quantization !== undefined && { quantization: selected.quantization }),
    ...(selected.stem !== undefined && { stem: selected.stem }),
    ...(place.layout !== undefined && { layout: place.layout }),
    ...(laid.marks !== undefined && { marks: laid.marks }),
    ...(linkOut.length > 0 && { linkOut }),
    ...(documents.length > 0 && { documents }),
    ...(isInside && { location: place.location }),
    root: laid.root,
    folder: laid.folder,
    madeFolders: await ask(laid.root, () => absentFolders(ports.files, folders)).catch(noneOfSilent),
    force: wishes.force === true,
    tags: [...analysis.tags],
    characteristics: [...analysis.characteristics],
    files: planned,
  };
}

/** It goes by names alone: nothing is asked of the disk. */
const isPlain = ({ layout }: Place): boolean => layout === undefined || layout === "owner-repo" || layout === "flat";

/** It will wait for its disk, and then remove no folder: what was there before is not known. */
function noneOfSilent(error: unknown): string[] {
  if (isFault(error, "diskSilent")) return [];
  throw error;
}

function plannedFile(file: HubFile, name: LaidFile): PlannedFile {
  return {
    path: file.path,
    ...name,
    sizeBytes: file.sizeBytes,
    ...digestOf(file),
    ...(file.url !== undefined && { url: file.url }),
    primary: file.format !== undefined && file.companionOf === undefined,
  };
}

const digestOf = ({ sha256, gitSha1 }: HubFile): Pick<HubFile, "sha256" | "gitSha1"> => ({
  ...(sha256 !== undefined && { sha256 }),
  ...(gitSha1 !== undefined && { gitSha1 }),
});

/** In the model's own folder, as loaders look for them there. */
function supportFiles(laid: Laid, place: Place, support: readonly SupportFile[]): readonly PlannedFile[] {
  if (support.length > 0 && (place.layout === "hf-cache" || place.layout === "comfyui"))
    throw fault(
      badArguments(
        "supportRepo",
        `a location of the layout ${place.layout} keeps each repository by itself; download it on its own`,
      ),
    );
  return support.map(({ file, from, url }) => ({
    ...plannedFile(file, { target: nameBelow(laid.folder, file.path) }),
    url,
    from,
    primary: false,
  }));
}

function linkFolders(folders: readonly string[]): string[] {
  for (const folder of folders)
    if (!isAbsolute(folder)) throw fault(badArguments("linkOut", "give each folder whole, from the root of the disk"));
  return [...new Set(folders.map((folder) => folder.replace(/(?<=.)[\\/]+$/, "")))];
}

/** Volumes that do not tell case apart would glue two files together; so would a file named like another's partial. */
function refuseClashes(planned: readonly PlannedFile[]): void {
  const taken = new Set<string>();
  for (const file of planned) {
    const name = knownAs(file);
    // Two files of a cache may have the same bytes, and thus the same blob.
    const beside = file.alias === undefined ? [`${name}.partial`, `${name}.partial.json`] : [];
    for (const one of [name, ...beside]) {
      const key = one.normalize("NFC").toLowerCase();
      if (taken.has(key)) throw fault(badArguments("files", `two files of the repository would be one here: ${name}`));
      taken.add(key);
    }
  }
}

/** Outermost first. */
async function absentFolders(files: Files, folders: readonly string[]): Promise<string[]> {
  const absent = new Set<string>();
  const present = new Set<string>();
  for (const start of folders) {
    for (let folder = start; !absent.has(folder) && !present.has(folder); folder = folderOf(folder)) {
      if (await files.stat(folder)) present.add(folder);
      else absent.add(folder);
      if (folder === folderOf(folder)) break;
    }
  }
  return [...absent].toSorted((a, b) => a.length - b.length);
}
