import { ALLOWED_BY } from "../sources/url/allow-address.ts";
import { isPrivateHost } from "../sources/url/private-address.ts";
import type { TransferJob } from "./transfers.ts";

/** Loopback by its name or literal address. */
const isLoopback = (url: URL): boolean =>
  url.hostname === "localhost" || url.hostname === "[::1]" || /^127(\.\d+){3}$/.test(url.hostname);

const isPrivate = (url: URL): boolean => isLoopback(url) || isPrivateHost(url.hostname);

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
  if (isPrivate(to) && mustBePublic(to, home, asked))
    return `it leads into the local network, to ${to.hostname}; ${ALLOWED_BY}`;
  if (to.protocol === "http:" && to.origin !== home.origin && !isLoopback(to))
    return `it sends us to ${to.hostname} without encryption`;
  return undefined;
}

/** The token goes home only, and never in the clear over a network. */
export const mayCarryToken = (to: URL, home: URL): boolean =>
  to.origin === home.origin && (to.protocol === "https:" || isLoopback(to));
