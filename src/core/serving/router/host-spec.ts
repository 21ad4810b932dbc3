import type { MakeDigest } from "../../ports/digest.ts";
import type { Files } from "../../ports/files.ts";
import type { RouterPart, ServerSpec } from "../../ports/runtime.ts";

/** Inside a container: the folder with the presets. */
const PRESETS = "/presets";
export const PRESETS_FILE = "presets.ini";

/** A spec that is a part of a router. */
export type RoutedSpec = ServerSpec & { readonly router: RouterPart };
export const isRouted = (spec: ServerSpec): spec is RoutedSpec => spec.router !== undefined;

/** Where a router of ours has its presets. @param folder of all of them */
export const placeOf = (folder: string, group: string, router: string): string => `${folder}/${group}.${router}`;

interface Making {
  /** Absolute: of all routers of this data folder. */
  readonly folder: string;
  readonly files: Pick<Files, "makeFolder" | "resolve">;
  readonly digest: MakeDigest;
}

/**
 * The router itself, without a model. Its folder is mounted rather than its file, as that is replaced by another one of
 * its name whenever a model is loaded.
 */
export async function hostSpec(
  { router, ...spec }: RoutedSpec,
  { folder, files, digest }: Making,
): Promise<ServerSpec> {
  const place = placeOf(folder, spec.group, router.name);
  await files.makeFolder(place);
  const own = (await files.resolve(place)) ?? place;
  const host = hostAt({ router, ...spec }, own);
  const { args } = host;
  const mounts = host.kind === "container" ? host.mounts : [];
  const program = host.kind === "container" ? host.image : host.binary;
  const { gpus, environment } = spec;
  // Not as it is: a label is there for many to read, and keys may stand in an environment.
  const hash = digest("sha256");
  const { devices = [], groups = [], without = [] } = host.kind === "container" ? host : {};
  const told = [spec.kind, program, args, environment, gpus, mounts, router.files, devices, groups, without];
  hash.update(new TextEncoder().encode(JSON.stringify(told)));
  const same = hash.hex();
  const { group, backend = "", generation = "" } = { ...spec.labels, group: spec.group };
  const labels = { group, backend, generation, router: router.name, same };
  return { ...host, labels };
}

/** The same as it would be started, with its presets in that folder; labels are the model's. */
export function hostAt({ router, ...spec }: RoutedSpec, own: string): ServerSpec {
  const args = [...router.args, "--models-preset", `${spec.kind === "container" ? PRESETS : own}/${PRESETS_FILE}`];
  if (spec.kind === "process") return { ...spec, args, workingFolder: own };
  const mounts = [
    ...router.mounts.toSorted((a, b) => (a.target < b.target ? -1 : 1)),
    { source: own, target: PRESETS },
  ];
  return { ...spec, args, mounts };
}
