import * as v from "valibot";
import { folderOf } from "../../downloads/safe-path.ts";
import type { Operation } from "../operation.ts";
import type { DiskFacts, Survey } from "../plan.ts";
import { folder } from "./choices.ts";
import { depthBelow, isBelow, withoutEnd } from "./paths.ts";
import { realOf, rootsOf } from "./removing.ts";

const options = v.strictObject({ root: folder });

/** Removes owner and repository folders in which there is no file, however deep. The root itself stays. */
export const tidyFolders: Operation<v.InferOutput<typeof options>> = {
  name: "tidyFolders",
  options,
  backup: false,
  wants: ({ root }) => ({ folders: [withoutEnd(root)] }),
  decide: (survey, options) => {
    const root = withoutEnd(options.root);
    const problem = rootProblem(survey.disk.get(root));
    if (problem !== undefined) return { steps: [], keptBack: [{ what: root, reason: problem }] };
    const found = [...survey.disk].filter(([path, facts]) => facts.kind === "folder" && isBelow(path, root));
    // Deepest first: a folder is judged after all in it.
    const folders = found
      .map(([path]) => path)
      .toSorted((a, b) => depthBelow(b, root) - depthBelow(a, root) || order(a, b));
    const types = typeFolders(folders);
    const emptyInside = new Map<string, number>();
    const empty: string[] = [];
    for (const path of folders) {
      if (itemsOf(survey.disk.get(path)) !== (emptyInside.get(path) ?? 0) || types.has(path) || isNeeded(survey, path))
        continue;
      empty.push(path);
      const parent = folderOf(path);
      emptyInside.set(parent, (emptyInside.get(parent) ?? 0) + 1);
    }
    const whole = empty.filter((path) => depthBelow(path, root) <= OWNER_AND_REPOSITORY && !isHidden(path));
    const going = new Set(whole);
    // An empty folder inside a repository that holds files is the repository's own affair.
    const steps = empty
      .filter((path) => isIn(going, path, root))
      .map((path) => ({ kind: "removeFolder", path }) as const);
    return { steps, keptBack: [] };
  },
};

const OWNER_AND_REPOSITORY = 2;

function rootProblem(facts: DiskFacts | undefined): string | undefined {
  switch (facts?.kind) {
    case "folder":
    case "link":
      return undefined;
    case "offline":
      return "its drive is not there";
    case "unreadable":
      return facts.reason;
    case "file":
      return "it is a file";
    case "absent":
    case undefined:
      return "there is no such folder";
  }
}

/** The folder itself, or one it lies in. */
function isIn(going: ReadonlySet<string>, path: string, root: string): boolean {
  for (let at = path; isBelow(at, root); at = folderOf(at)) if (going.has(at)) return true;
  return false;
}

/** A program's folders, one for each type of model, which it makes itself and looks into: known by how many there are. */
function typeFolders(folders: readonly string[]): ReadonlySet<string> {
  const named = folders.filter((path) => COMFYUI_TYPES.has(path.slice(folderOf(path).length + 1)));
  const siblings = Map.groupBy(named, folderOf);
  return new Set([...siblings.values()].filter(({ length }) => length >= FEWEST_TYPES).flat());
}

/** One or two may be a person's own. */
const FEWEST_TYPES = 3;

/** As ComfyUI's own `models` folder has them. */
const COMFYUI_TYPES: ReadonlySet<string> = new Set(
  (
    "audio_encoders checkpoints clip clip_vision configs controlnet diffusers diffusion_models embeddings gligen " +
    "hypernetworks latent_upscale_models loras model_patches photomaker style_models text_encoders unet upscale_models " +
    "vae vae_approx"
  ).split(" "),
);

const itemsOf = (facts: DiskFacts | undefined): number | undefined =>
  facts?.kind === "folder" ? facts.items : undefined;

/** A root that a setting names, or a folder on the way to one. */
function isNeeded(survey: Survey, path: string): boolean {
  const roots = rootsOf(survey).flatMap((root) => [root, realOf(survey, root)]);
  return roots.some((root) => [path, realOf(survey, path)].some((one) => root === one || isBelow(root, one)));
}

/** Folders of programs, as `.cache` and `.locks`. */
const isHidden = (path: string): boolean => /[\\/]\.[^\\/]*$/.test(path);

const order = (one: string, other: string): number => (one < other ? -1 : 1);
