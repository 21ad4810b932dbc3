import dns from "node:dns";
import { Agent } from "node:http";
import { Agent as SecureAgent, type AgentOptions } from "node:https";
import type { LookupFunction } from "node:net";
import tls from "node:tls";
import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import { isPrivateAddress } from "../sources/url/private-address.ts";
import { type NetSettings, chooseProxy } from "./choose-proxy.ts";

/** Connections, kept for the next request; through the proxy where there is one, with the certificates that are trusted. */
export interface NetAgents {
  /** The one for the address' protocol. @param publicOnly no name leads into the local network */
  for(to: URL, publicOnly: boolean): AgentOf;
  /** How the address is connected to with nothing in between; undefined: there is a proxy. */
  direct(to: URL, publicOnly: boolean): DirectWay | undefined;
  /** Nothing more is asked of them: each connection is closed with the answer it brings, those that bring none at once. */
  retire(): void;
  close(): void;
}

export type AgentOf = { readonly http: Agent } | { readonly https: SecureAgent };

/** The same object as long as connections made by it may be used again. */
export interface DirectWay {
  readonly trust: tls.ConnectionOptions;
  readonly lookup?: LookupFunction;
}

/** What `publicOnly` refuses with. */
export const PRIVATE_CODE = "EPRIVATEADDRESS";

export function createNetAgents(net: NetSettings, environment: NodeJS.ProcessEnv = process.env): NetAgents {
  const agents = new Map<string, AgentOf>();
  const trust = trustOf(net);
  const direct = { trust };
  const directPublic = { trust, lookup: publicLookup };

  function open(to: URL, proxy: URL | undefined, publicOnly: boolean): AgentOf {
    const kept = { keepAlive: true, scheduling: "lifo", ...trust } as const;
    // What a name stands for is the proxy's to find out, behind one.
    const secure = to.protocol === "https:";
    if (proxy) return secure ? { https: throughTunnel(proxy, kept) } : { http: new HttpProxyAgent(proxy, kept) };
    const options = publicOnly ? { ...kept, lookup: publicLookup } : kept;
    return secure ? { https: new SecureAgent(options) } : { http: new Agent(options) };
  }

  /** Its own options are for the way to the proxy; the same trust goes for what is behind it. */
  function throughTunnel(proxy: URL, kept: AgentOptions): HttpsProxyAgent<string> {
    const agent = new HttpsProxyAgent(proxy, kept);
    const connect = agent.connect.bind(agent);
    agent.connect = (request, options) => connect(request, Object.assign(options, trust));
    return agent;
  }

  return {
    for: (to, publicOnly) => {
      const proxy = chooseProxy(to, net, environment);
      const key = `${to.protocol} ${proxy?.href ?? ""} ${publicOnly && !proxy}`;
      const agent = agents.get(key) ?? open(to, proxy, publicOnly);
      agents.set(key, agent);
      return agent;
    },
    direct: (to, publicOnly) => {
      if (chooseProxy(to, net, environment)) return undefined;
      return publicOnly ? directPublic : direct;
    },
    retire: () => {
      for (const agent of Array.from(agents.values(), plainOf)) {
        agent.maxFreeSockets = 0;
        for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
      }
    },
    close: () => {
      for (const agent of agents.values()) plainOf(agent).destroy();
    },
  };
}

const plainOf = (agent: AgentOf): Agent => ("https" in agent ? agent.https : agent.http);

/** Read once: a hundred certificates are not for each connection to parse. */
function trustOf({ strictSsl, systemCertificates }: NetSettings): tls.ConnectionOptions {
  const known = systemCertificates ? systemAndDefault() : undefined;
  return {
    ...(known && { secureContext: tls.createSecureContext({ ca: known }) }),
    ...(!strictSsl && { rejectUnauthorized: false }),
  };
}

/** undefined where this Node cannot tell the system's; then its own are trusted. */
function systemAndDefault(): string[] | undefined {
  if (typeof tls.getCACertificates !== "function") return undefined;
  const system = tls.getCACertificates("system");
  return system.length === 0 ? undefined : [...new Set([...tls.getCACertificates("default"), ...system])];
}

/** Refuses a name as soon as one of its addresses is private: asked twice, it may answer with that one. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) {
      callback(error, "");
      return;
    }
    const [first] = addresses;
    if (first === undefined || addresses.some(({ address }) => isPrivateAddress(address))) {
      callback(Object.assign(new Error("a private address"), { code: PRIVATE_CODE }), "");
      return;
    }
    if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
