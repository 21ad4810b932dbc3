/** Loopback by its name or literal address. */
const isLoopback = (url: URL): boolean =>
  url.hostname === "localhost" || url.hostname === "[::1]" || /^127(\.\d+){3}$/.test(url.hostname);

/** Literal addresses of this machine, this network, and the metadata services of clouds. */
const isPrivate = (url: URL): boolean =>
  isLoopback(url) ||
  /\.(localhost|local|internal)$/.test(url.hostname) ||
  /^(0|10|127)\.|^169\.254\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(
    url.hostname,
  ) ||
  /^\[(::|f[cde]|::ffff:)/i.test(url.hostname);

/** Why a hop is not taken; undefined: it is. The home address itself is what the person set. */
export function refuseHop(to: URL, home: URL): string | undefined {
  if (to.protocol !== "https:" && to.protocol !== "http:") return `it sends us to a ${to.protocol} address`;
  if (to.username !== "" || to.password !== "") return "it sends us to an address with a password";
  if (to.origin === home.origin) return undefined;
  if (isPrivate(to) && !isPrivate(home)) return `it sends us into the local network, to ${to.hostname}`;
  if (to.protocol === "http:" && !isLoopback(to)) return `it sends us to ${to.hostname} without encryption`;
  return undefined;
}

/** The token goes home only, and never in the clear over a network. */
export const mayCarryToken = (to: URL, home: URL): boolean =>
  to.origin === home.origin && (to.protocol === "https:" || isLoopback(to));
