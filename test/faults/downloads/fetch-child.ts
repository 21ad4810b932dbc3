// A process of its own that fetches one file and says how far it is:  node fetch-child.ts <job as JSON>
import { createWorkerTransfers } from "../../../src/core/adapters/worker-transfers.ts";
import type { TransferJob } from "../../../src/core/downloads/transfers.ts";
import { unhurried } from "../../core/downloads/support.ts";

const job = JSON.parse(process.argv[2] ?? "") as TransferJob;
const transfers = createWorkerTransfers(unhurried);
await transfers.run(job, ({ doneBytes }) => console.log(doneBytes), new AbortController().signal);
await transfers.close();
