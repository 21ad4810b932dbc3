import type { NetSettings } from "./choose-proxy.ts";
import { type NetAgents, createNetAgents } from "./net-agents.ts";

export interface ChangingAgents extends NetAgents {
  /** For connections from now on; what is under way ends as it began. */
  change(net: NetSettings): void;
}

/** The network as the person has it set up at the moment. */
export function createChangingAgents(first: NetSettings, environment?: NodeJS.ProcessEnv): ChangingAgents {
  let words = JSON.stringify(first);
  let now = createNetAgents(first, environment);
  return {
    for: (to, publicOnly) => now.for(to, publicOnly),
    direct: (to, publicOnly) => now.direct(to, publicOnly),
    retire: () => now.retire(),
    close: () => now.close(),
    change: (net) => {
      const next = JSON.stringify(net);
      if (next === words) return;
      const before = now;
      now = createNetAgents(net, environment);
      words = next;
      before.retire();
    },
  };
}
