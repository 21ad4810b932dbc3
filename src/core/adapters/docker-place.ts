import type { ContainerSpec, Mount } from "../ports/runtime.ts";
import { type Fault, fault } from "../util/faults.ts";
import { type DockerAddress, isRemote } from "./docker-address.ts";

/** What the settings say of an engine's machine that is not this one. */
export interface RemoteSettings {
  /** Where its servers are published; undefined: nowhere. */
  readonly remoteAddress: string | undefined;
  /** Folders here → where the same files lie there. */
  readonly remoteFolders: Readonly<Record<string, string>>;
}

/** Where the containers of an engine are. */
export type Place =
  /** On this machine, or in a virtual one that shows its files and ports here. */
  | { readonly kind: "here" }
  | {
      readonly kind: "there";
      /** As the engine's address names it. */
      readonly host: string;
      /** undefined: nothing is to be started there; what runs there is ours to watch and to stop all the same. */
      readonly publish: string | undefined;
      readonly folders: Readonly<Record<string, string>>;
    };

export const hostOf = (address: DockerAddress): string | undefined =>
  "host" in address && isRemote(address) ? address.host : undefined;

export function placeOf(address: DockerAddress, { remoteAddress, remoteFolders }: RemoteSettings): Place {
  const host = hostOf(address);
  return host === undefined
    ? { kind: "here" }
    : { kind: "there", host, publish: remoteAddress, folders: remoteFolders };
}

/**
 * Its own 127.0.0.1 cannot be reached from here, and a server asks nobody who they are: in the network it is only where
 * a person has named the address for it. @returns why nothing is started there
 */
export const notPublished = ({ name }: DockerAddress, place: Place): Fault | undefined =>
  place.kind === "there" && place.publish === undefined ? { code: "engineElsewhere", engine: name } : undefined;

/** Whether what is started at that address is started on another machine. */
export const servesThere = (address: DockerAddress, remote: RemoteSettings): boolean =>
  hostOf(address) !== undefined && remote.remoteAddress !== undefined;

/** @throws FaultError `notOnEngine` for the first file whose place there is not known */
export function placedSpec(spec: ContainerSpec, place: Place): ContainerSpec {
  if (place.kind === "here") return spec;
  const mounts = spec.mounts.map((mount): Mount => {
    const source = pathThere(mount, place.folders);
    if (source === undefined)
      throw fault({ code: "notOnEngine", engine: place.host, path: mount.named ?? mount.source });
    return { ...mount, source, named: mount.named ?? mount.source };
  });
  return { ...spec, mounts, publish: place.publish };
}

/** By the innermost folder that holds it, as it is named or, where none does, as its links resolve. */
function pathThere({ source, named }: Mount, folders: Readonly<Record<string, string>>): string | undefined {
  for (const path of [named ?? source, source]) {
    const [best] = Object.entries(folders)
      .flatMap(([here, there]) => {
        const rest = below(here, path);
        return rest === undefined ? [] : [{ here, path: join(there, rest) }];
      })
      .sort((one, other) => other.here.length - one.here.length);
    if (best) return best.path;
  }
  return undefined;
}

/** What of the path comes after the folder, with slashes; undefined where it is not in it. */
function below(folder: string, path: string): string | undefined {
  const isWindows = /^([a-z]:|\\\\)/i.test(folder);
  const plain = (one: string): string => (isWindows ? one.replaceAll("\\", "/") : one).replace(/\/+$/, "");
  const same = (one: string): string => (isWindows ? one.toLowerCase() : one);
  const [outer, inner] = [plain(folder), plain(path)];
  if (same(inner) === same(outer)) return "";
  return same(inner).startsWith(`${same(outer)}/`) ? inner.slice(outer.length + 1) : undefined;
}

function join(folder: string, rest: string): string {
  if (rest === "") return folder;
  const separator = folder.includes("\\") ? "\\" : "/";
  return `${folder.replace(/[\\/]+$/, "")}${separator}${rest.replaceAll("/", separator)}`;
}

const ANY = /^(0\.0\.0\.0|::)$/;

/** Where a published port answers. @param publish the address it is bound to. @param host of the engine, where that is elsewhere */
export function urlOf(port: number, publish: string, host: string | undefined): string {
  const address = ANY.test(publish) ? (host ?? "127.0.0.1") : publish;
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
}
