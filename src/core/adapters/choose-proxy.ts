/** How the network is reached, as the person set it up. */
export interface NetSettings {
  /** VS Code's `http.proxy`; undefined: what the environment says. */
  readonly proxy?: string;
  /** VS Code's `http.noProxy`, beside what the environment says. */
  readonly noProxy: readonly string[];
  /** VS Code's `http.proxyStrictSSL`; false only where the person set it so. */
  readonly strictSsl: boolean;
  /** VS Code's `http.systemCertificates`: those of the system are trusted too. */
  readonly systemCertificates: boolean;
}

export const DEFAULT_NET: NetSettings = { noProxy: [], strictSsl: true, systemCertificates: true };

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy an address is reached through; undefined: none. Loopback never goes through one. */
export function chooseProxy(to: URL, net: NetSettings, environment: Environment): URL | undefined {
  if (/^(localhost|127(\.\d+){3}|\[::1\])$/.test(to.hostname)) return undefined;
  const given = (name: string): string | undefined =>
    environment[name.toLowerCase()] || environment[name.toUpperCase()] || undefined;
  const passed = [...net.noProxy, ...(given("no_proxy") ?? "").split(",")];
  if (passed.some((one) => covers(one.trim().toLowerCase(), to))) return undefined;
  const named = net.proxy || given(to.protocol === "https:" ? "https_proxy" : "http_proxy") || given("all_proxy");
  if (named === undefined || named === "") return undefined;
  const address = named.includes("://") ? named : `http://${named}`;
  if (!URL.canParse(address)) return undefined;
  const proxy = new URL(address);
  return /^https?:$/.test(proxy.protocol) ? proxy : undefined;
}

/** `*`, a host with all below it, with or without a port: as curl reads `NO_PROXY`. */
function covers(entry: string, to: URL): boolean {
  if (entry === "*") return true;
  const [, name = "", port] = /^(.+?)(?::(\d+))?$/.exec(entry) ?? [];
  if (name === "") return false;
  const own = to.port || (to.protocol === "https:" ? "443" : "80");
  if (port !== undefined && port !== own) return false;
  const host = name.replace(/^\*?\./, "");
  return to.hostname === host || to.hostname.endsWith(`.${host}`);
}
