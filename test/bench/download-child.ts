// A process that fetches one file, and says how far it is, to be killed:  node download-child.ts <job as JSON>
import type { TransferJob } from "../../src/core/downloads/transfers.ts";
import { makeTransfers } from "./download-data.ts";

const job = JSON.parse(process.argv[2] ?? "") as TransferJob;
await makeTransfers().run(job, ({ doneBytes }) => console.log(doneBytes), new AbortController().signal);
