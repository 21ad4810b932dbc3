import type { Names } from "../../ports/names.ts";
import { isLiteralAddress, isPrivateAddress, isPrivateHost } from "./private-address.ts";

export const ALLOW_PRIVATE_HOSTS = "modelDeck.downloads.allowPrivateHosts";

/** What is said of an address inside, so that its reader finds the way. No text of a host has such quotes (`hubWords`). */
export const ALLOWED_BY = `“${ALLOW_PRIVATE_HOSTS}” allows that`;

export interface AddressRules {
  readonly names: Names;
  /** This machine and its networks may be asked; the person said so. */
  readonly allowPrivateHosts: boolean;
}

/** Why an address of a stranger is not asked; undefined: it is. */
export async function refuseAddress(
  url: URL,
  { names, allowPrivateHosts }: AddressRules,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (url.protocol !== "https:" && url.protocol !== "http:") return `${url.protocol} is no address of the web`;
  if (url.username !== "" || url.password !== "") return "the address carries a password";
  const isPrivate = await leadsInside(url.hostname, names, signal);
  if (isPrivate && !allowPrivateHosts) return `${url.hostname} is this machine or its network; ${ALLOWED_BY}`;
  if (url.protocol === "http:" && !isPrivate) return `${url.hostname} would send it without encryption; use https`;
  return undefined;
}

/** By its name, by the address it is, or by any that its name stands for. */
async function leadsInside(host: string, names: Names, signal: AbortSignal): Promise<boolean> {
  if (isPrivateHost(host)) return true;
  if (isLiteralAddress(host)) return false;
  return (await names.resolve(host.replace(/\.$/, ""), signal)).some(isPrivateAddress);
}
