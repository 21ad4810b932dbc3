import type { TransferJob } from "./transfers.ts";

/** What is known of a partial file. It is hearsay: the digest at the end is the proof. */
export interface Sidecar {
  /** Bytes from the start that are on the disk to stay. */
  readonly synced: number;
  /** Of the answer they came with, with its quotes; absent where there was none to hold on to. */
  readonly etag?: string;
}

export const partialPath = (target: string): string => `${target}.partial`;
export const sidecarPath = (target: string): string => `${target}.partial.json`;

/** What a partial file is a part of: another commit, size or digest is another file. */
const identityOf = (job: TransferJob): Readonly<Record<string, string | number>> => ({
  version: 1,
  repository: job.repository,
  commit: job.commit,
  file: job.file,
  sizeBytes: job.sizeBytes,
  sha256: job.sha256 ?? "",
  gitSha1: job.gitSha1 ?? "",
});

export const writeSidecar = (job: TransferJob, sidecar: Sidecar): string =>
  `${JSON.stringify({ ...identityOf(job), ...sidecar })}\n`;

/** undefined where it is torn, zero-filled, or of another file: it is as if there were none. */
export function readSidecar(job: TransferJob, text: string): Sidecar | "other" | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  if (Object.entries(identityOf(job)).some(([name, wanted]) => fields.get(name) !== wanted)) return "other";
  const synced = fields.get("synced");
  const etag = fields.get("etag");
  if (typeof synced !== "number" || !Number.isSafeInteger(synced) || synced < 0 || synced > job.sizeBytes)
    return undefined;
  return { synced, ...(typeof etag === "string" && etag !== "" && { etag }) };
}
