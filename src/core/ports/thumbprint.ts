/**
 * What tells a file from another of its size without reading all of a large one: sha256 of its content up to 10 MiB, else
 * of its first and its last MiB. undefined where nothing is there. Rejects with `fileUnreadable`, and the signal's reason.
 */
export type Thumbprint = (path: string, signal: AbortSignal) => Promise<string | undefined>;
