import { type ContextFiles, type Tls, configFolder, contextAddress } from "./docker-context.ts";
import { type Machine, thisMachine, usualSockets } from "./docker-sockets.ts";

/** Where an engine may listen. `name` is for people. */
export type DockerAddress =
  | { readonly name: string; readonly socketPath: string }
  | {
      readonly name: string;
      readonly host: string;
      readonly port: number;
      /** undefined: it is spoken to in the clear. */
      readonly tls?: Tls | undefined;
    }
  /** What cannot be spoken to, and why. */
  | { readonly name: string; readonly refusal: string; readonly why: "ssh" | "context" };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Addresses to try, in order. What a person named, by setting, DOCKER_HOST, DOCKER_CONTEXT or the context that is in
 * use, is the only one; a text that is no address is kept as such. Else the usual sockets of Docker (rootless too),
 * Docker Desktop, OrbStack, Colima, Lima, Rancher and Podman that exist.
 */
export function dockerAddresses(
  setting: string | undefined,
  environment: Environment,
  files?: ContextFiles,
  machine: Machine = thisMachine(),
): readonly DockerAddress[] {
  const told = setting ?? (environment["DOCKER_HOST"] || undefined);
  if (told !== undefined) return [parseAddress(told, tlsOf(environment)) ?? { name: told, socketPath: told }];
  const context = contextAddress(environment, files);
  if (context) {
    const { host, tls, name } = context;
    if (host === undefined)
      return [{ name, refusal: "that context is not there, or names no address", why: "context" }];
    return [parseAddress(host, tls) ?? { name: host, socketPath: host }];
  }
  return usualSockets(environment, machine).map((socketPath) => ({
    name: socketPath.startsWith("//") ? `npipe://${socketPath}` : `unix://${socketPath}`,
    socketPath,
  }));
}

/** The sockets among them, those that are not there included; no pipes, which have no folder. */
export const socketsToCome = (setting: string | undefined, environment: Environment): readonly string[] =>
  dockerAddresses(setting, environment, undefined, { ...thisMachine(), exists: () => true }).flatMap((address) =>
    "socketPath" in address && /^\/(?!\/)/.test(address.socketPath) ? [address.socketPath] : [],
  );

export function parseAddress(text: string, tls?: Tls): DockerAddress | undefined {
  const socketPath = /^(?:unix|npipe):\/\/(.+)$/.exec(text)?.[1];
  // A pipe may be written with backslashes, and as `npipe:////./pipe/…`.
  if (socketPath !== undefined) return { name: text, socketPath: socketPath.replaceAll("\\", "/") };
  if (text.startsWith("ssh://"))
    // Its socket forwarded here would pass for an engine of this machine, whose files and ports are at hand.
    return { name: text, refusal: "it is reached by ssh, which is not spoken here", why: "ssh" };
  // As docker's own command takes it.
  if (/^[\w.-]+:\d+$/.test(text)) return named(text, parseAddress(`tcp://${text}`, tls));
  if (!/^(tcp|https?):\/\//.test(text) || !URL.canParse(text.replace(/^tcp/, "http"))) return undefined;
  const url = new URL(text.replace(/^tcp/, "http"));
  const secure = tls ?? (text.startsWith("https:") ? { folder: "", verify: true } : undefined);
  const port = Number(url.port || (secure ? 2376 : 2375));
  return { name: text, host: url.hostname.replaceAll(/[[\]]/g, ""), port, ...(secure ? { tls: secure } : {}) };
}

const named = (name: string, address: DockerAddress | undefined): DockerAddress | undefined =>
  address && { ...address, name };

/** An engine elsewhere does not see this machine's files, nor this machine its ports on 127.0.0.1. */
export const isRemote = (address: DockerAddress): boolean =>
  "host" in address && !/^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(address.host);

/** As docker's own command reads them: any text but none switches the check of the other side on. */
function tlsOf(environment: Environment): Tls | undefined {
  const verify = (environment["DOCKER_TLS_VERIFY"] ?? "") !== "";
  const folder = environment["DOCKER_CERT_PATH"] ?? "";
  if (!verify && folder === "") return undefined;
  return { folder: folder === "" ? configFolder(environment) : folder, verify };
}
