import type { Location } from "../settings.ts";
import { fault } from "../util/faults.ts";
import type { DownloadRequest } from "./queue.ts";
import { isAbsolute, refusePath, safeJoin } from "./safe-path.ts";
import { badArguments } from "./select-files.ts";

/** Where the files of a model go. */
export interface Place {
  readonly location?: string;
  /** Absolute. */
  readonly root: string;
  /** Absolute, below the root. */
  readonly folder: string;
}

export interface Places {
  readonly locations: readonly Location[];
  readonly defaultLocation: string;
}

/**
 * `<location>/<owner>/<repo>[@revision]`, or the location itself where its layout is flat, or the folder a person named.
 * @throws FaultError `notFound` for a location, `badArguments` for a place that cannot be
 */
export function placeFor(
  { locations, defaultLocation }: Places,
  request: Pick<DownloadRequest, "location" | "folder" | "subfolder">,
  model: { readonly repository: string; readonly revision: string },
): Place {
  const sub =
    request.subfolder === undefined || request.subfolder === "" ? [] : [inside("subfolder", request.subfolder)];
  if (request.folder !== undefined) {
    if (!isAbsolute(request.folder)) throw fault(badArguments("folder", "give it whole, from the root of the disk"));
    return { root: request.folder, folder: below(request.folder, sub) };
  }
  const wanted = request.location ?? defaultLocation;
  const location = locations.find((one) => one.name === wanted);
  if (!location) {
    throw fault({ code: "notFound", what: "location", name: wanted, near: locations.map((one) => one.name) });
  }
  switch (location.layout) {
    case "owner-repo": {
      const branch = branchWord(model.revision);
      const own = `${model.repository}${branch === undefined ? "" : `@${branch}`}`;
      return { location: location.name, root: location.path, folder: below(location.path, [...sub, own]) };
    }
    case "flat":
      return { location: location.name, root: location.path, folder: below(location.path, sub) };
    case "hf-cache":
    case "lm-studio":
    case "comfyui":
      throw fault(
        badArguments(
          "location",
          `“${location.name}” has the layout ${location.layout}, which cannot be written to yet`,
        ),
      );
  }
}

/** What tells a revision's folder and family from the main one's; a commit by its first digits. */
export function branchWord(revision: string): string | undefined {
  if (revision === "main" || revision === "HEAD") return undefined;
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 12) : revision.replaceAll("/", "-");
}

const below = (root: string, parts: readonly string[]): string =>
  parts.length === 0 ? root.replace(/(?<=.)[\\/]+$/, "") : safeJoin(root, inside("location", parts.join("/")));

function inside(argument: string, path: string): string {
  const refused = refusePath(path);
  if (refused !== undefined) throw fault(badArguments(argument, refused));
  return path;
}
