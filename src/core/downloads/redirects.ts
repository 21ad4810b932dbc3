import type { TransferJob } from "./transfers.ts";

/** Loopback by its name or literal address. */
const isLoopback = (url: URL): boolean =>
  url.hostname === "localhost" || url.hostname === "[::1]" || /^127(\.\d+){3}$/.test(url.hostname);

/** An address of this machine, this network, a cloud's metadata service, or of nobody at all. */
export const isPrivateAddress = (address: string): boolean =>
  /^(0|10|127)\.|^169\.254\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|^(22[4-9]|2[345]\d)\.|^198\.1[89]\./.test(
    address,
  ) || /^(::|f[cdef][\da-f]{2}:|64:ff9b:)/i.test(address);

const isPrivate = (url: URL): boolean =>
  isLoopback(url) ||
  /\.(localhost|local|internal)\.?$/.test(url.hostname) ||
  isPrivateAddress(url.hostname.replace(/^\[|\]$/g, ""));

/** Who set where it goes, and what was allowed. */
export type Asked = Pick<TransferJob, "provider" | "allowPrivateHosts">;

/** The endpoint of a hub is a setting; a link's own address is only a link. */
const isTrusted = (to: URL, home: URL, asked: Asked): boolean => to.origin === home.origin && asked.provider !== "url";

/** Whether a name there must not stand for an address of the local network. */
export const mustBePublic = (to: URL, home: URL, asked: Asked): boolean =>
  !asked.allowPrivateHosts && !isTrusted(to, home, asked) && !(isPrivate(home) && asked.provider !== "url");

/** Why a hop is not taken; undefined: it is. The home address itself is what the person set. */
export function refuseHop(to: URL, home: URL, asked: Asked): string | undefined {
  if (to.protocol !== "https:" && to.protocol !== "http:") return `it sends us to a ${to.protocol} address`;
  if (to.username !== "" || to.password !== "") return "it sends us to an address with a password";
  if (isTrusted(to, home, asked)) return undefined;
  if (isPrivate(to) && mustBePublic(to, home, asked)) return `it leads into the local network, to ${to.hostname}`;
  if (to.protocol === "http:" && to.origin !== home.origin && !isLoopback(to))
    return `it sends us to ${to.hostname} without encryption`;
  return undefined;
}

/** The token goes home only, and never in the clear over a network. */
export const mayCarryToken = (to: URL, home: URL): boolean =>
  to.origin === home.origin && (to.protocol === "https:" || isLoopback(to));
