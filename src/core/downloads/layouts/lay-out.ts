import { layInComfyUi } from "./comfyui.ts";
import { layInHubCache } from "./hub-cache.ts";
import { type Laid, type Laying, type LayoutPorts, isFolder, lastName, nameBelow } from "./laid.ts";
import { safeJoin } from "../safe-path.ts";

/**
 * Says what each file is called there. Changes nothing, but for a small file that is made and goes again where it must be
 * found out what a volume allows.
 * @throws FaultError `badArguments` for a path that must not become one here, or where it is not clear what is meant
 */
export async function layOut(ports: LayoutPorts, laying: Laying): Promise<Laid> {
  const { layout } = laying.place;
  switch (layout) {
    case "hf-cache":
      return layInHubCache(ports, laying);
    case "comfyui":
      return layInComfyUi(ports, laying);
    case "lm-studio":
      return layInLmStudio(ports, laying);
    case "owner-repo":
    case "flat":
    case undefined:
      break;
  }
  return plain(laying, laying.place.folder, (path) => path);
}

/** Its folder of models, where the location is its home; a GGUF file lies right in `publisher/model`, as it documents. */
async function layInLmStudio({ files }: LayoutPorts, laying: Laying): Promise<Laid> {
  const { root, folder } = laying.place;
  const isHome = (await isFolder(files, `${root}/.internal`)) && (await isFolder(files, `${root}/models`));
  const models = isHome ? safeJoin(root, "models") : root;
  const isGguf = laying.selected.format === "gguf";
  const laid = plain(laying, models + folder.slice(root.replace(/[\\/]+$/, "").length), (path) =>
    isGguf && /\.gguf$/i.test(path) ? lastName(path) : path,
  );
  return { ...laid, root: models };
}

function plain({ place, selected }: Laying, folder: string, nameOf: (path: string) => string): Laid {
  return {
    root: place.root,
    folder,
    names: new Map(selected.paths.map((path) => [path, { target: nameBelow(folder, nameOf(path)) }])),
  };
}
