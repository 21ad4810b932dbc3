import { type Range, createRanges } from "./engine/ranges.ts";
import type { TransferJob } from "./transfers.ts";

/** What is known of a partial file. It is hearsay: the digest at the end is the proof. */
export interface Sidecar {
  /** Parts that are on the disk to stay; in order, none touching the next. */
  readonly synced: readonly Range[];
  /** Of the answers they came with, with its quotes; absent where there was none to hold on to. */
  readonly etag?: string;
}

export const partialPath = (target: string): string => `${target}.partial`;
export const sidecarPath = (target: string): string => `${target}.partial.json`;

/** What a partial file is a part of: another commit, size or digest is another file. */
const identityOf = (job: TransferJob): Readonly<Record<string, string | number>> => ({
  repository: job.repository,
  commit: job.commit,
  file: job.file,
  sizeBytes: job.sizeBytes,
  sha256: job.sha256 ?? "",
  gitSha1: job.gitSha1 ?? "",
});

/** That the partial file beside it is ours; how far it is it does not say. */
export const writeMark = (job: TransferJob): string =>
  `${JSON.stringify({ version: 2, provider: job.provider, ...identityOf(job) })}\n`;

export const writeSidecar = (job: TransferJob, { synced, etag }: Sidecar): string =>
  `${JSON.stringify({
    version: 2,
    provider: job.provider,
    ...identityOf(job),
    synced: synced.map(({ from, end }) => [from, end]),
    ...(etag !== undefined && { etag }),
  })}\n`;

/** undefined where it is a mark, torn or zero-filled: of the parts it is as if there were none. */
export function readSidecar(job: TransferJob, text: string): Sidecar | "other" | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const version = fields.get("version");
  if (version !== 1 && version !== 2) return "other";
  // Of version 1 all were Hugging Face's.
  const provider = version === 1 ? "huggingface" : fields.get("provider");
  const identity = Object.entries(identityOf(job));
  if (provider !== job.provider || identity.some(([name, wanted]) => fields.get(name) !== wanted)) return "other";
  const given = fields.get("synced");
  const synced = rangesOf(version === 1 ? [[0, given]] : given, job.sizeBytes);
  const etag = fields.get("etag");
  return synced && { synced, ...(typeof etag === "string" && etag !== "" && { etag }) };
}

/** undefined where one of them is no part of such a file. */
function rangesOf(given: unknown, sizeBytes: number): readonly Range[] | undefined {
  if (!Array.isArray(given)) return undefined;
  const ranges = createRanges();
  for (const pair of given) {
    if (!Array.isArray(pair) || pair.length !== 2) return undefined;
    const [from, end]: readonly unknown[] = pair;
    if (!isPlace(from, sizeBytes) || !isPlace(end, sizeBytes) || from > end) return undefined;
    ranges.add({ from, end });
  }
  return ranges.list();
}

const isPlace = (value: unknown, sizeBytes: number): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= sizeBytes;
