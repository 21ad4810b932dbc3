import type { OllamaPulls } from "../ports/ollama-server.ts";
import type { Item, ItemFile } from "./item.ts";
import { ollamaNameOf } from "./ollama-plan.ts";
import type { FinishedFile } from "./plan.ts";
import type { TransferProgress } from "./transfers.ts";

/** Ollama fetches it itself; what it has to fetch is known only while it does. */
export async function pullFile(
  pulls: OllamaPulls,
  { plan }: Item,
  file: ItemFile,
  onProgress: (progress: TransferProgress) => void,
  signal: AbortSignal,
): Promise<FinishedFile> {
  await pulls.pull(
    ollamaNameOf(plan),
    ({ doneBytes, totalBytes }) => {
      if (totalBytes > file.planned.sizeBytes) file.planned = { ...file.planned, sizeBytes: totalBytes };
      const isWhole = totalBytes > 0 && doneBytes >= totalBytes;
      onProgress({ phase: isWhole ? "checking" : "fetching", doneBytes });
    },
    signal,
  );
  // The server proves each layer by its digest before it is there; which bytes those are is its own matter.
  return { made: false, proof: "unverified", sha256: plan.commit, modified: 0, identity: "" };
}
