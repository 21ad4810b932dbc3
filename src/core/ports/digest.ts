/** Takes bytes in order and names them; `hex` once, at the end. */
export interface Digest {
  update(chunk: Uint8Array): void;
  /** Lower case. */
  hex(): string;
}

export type MakeDigest = (algorithm: "sha256" | "sha1") => Digest;
