// One file, and nothing hashed, as curl has it:  node download-unhashed.ts <a small job, for a start> <the job>; says what it took.
import { createCarrierHttp } from "../../src/core/adapters/carrier-http.ts";
import { DEFAULT_NET } from "../../src/core/adapters/choose-proxy.ts";
import { createNetAgents } from "../../src/core/adapters/net-agents.ts";
import { nodeClock } from "../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../src/core/adapters/node-files.ts";
import { nodeRandom } from "../../src/core/adapters/node-random.ts";
import { createPartialFiles } from "../../src/core/adapters/partial-files.ts";
import { createRawCarrier } from "../../src/core/adapters/raw-carrier.ts";
import { createTransfer } from "../../src/core/downloads/transfer.ts";
import { PATIENCE, type TransferJob } from "../../src/core/downloads/transfers.ts";
import type { Follower } from "../../src/core/ports/follower.ts";
import { parseSha256 } from "../../src/core/util/ids.ts";

/** Milliseconds until all bytes were there, and until the file had its name; seconds of the processor. */
export interface Unhashed {
  readonly bytes: number;
  readonly named: number;
  readonly processor: number;
}

const sha256 = parseSha256("0".repeat(64));
if (!sha256) throw new Error("no digest");
const follower: Follower = {
  follow: () => ({ reach: () => undefined, sums: async () => ({ sha256 }), end: () => undefined }),
  close: async () => undefined,
};
const agents = createNetAgents({ ...DEFAULT_NET, strictSsl: false });
const carrier = createRawCarrier(agents, createCarrierHttp(agents));
const transfer = createTransfer(
  {
    http: carrier,
    carrier,
    follower,
    files: nodeFiles,
    partials: createPartialFiles(),
    digest: nodeDigest,
    clock: nodeClock,
    random: nodeRandom,
  },
  { patience: PATIENCE, perHost: 16 },
);

async function fetched(text: string): Promise<Unhashed> {
  const { sha256: _, ...job } = JSON.parse(text) as TransferJob;
  const [begun, used] = [performance.now(), process.cpuUsage()];
  let bytes = Number.NaN;
  const look = ({ doneBytes }: { readonly doneBytes: number }): void => {
    if (doneBytes === job.sizeBytes && Number.isNaN(bytes)) bytes = performance.now() - begun;
  };
  await transfer.run(job, look, new AbortController().signal);
  const { user, system } = process.cpuUsage(used);
  return { bytes, named: performance.now() - begun, processor: (user + system) / 1e6 };
}

await fetched(process.argv[2] ?? "");
console.log(JSON.stringify(await fetched(process.argv[3] ?? "")));
process.exit(0);
