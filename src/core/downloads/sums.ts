import type { MakeDigest } from "../ports/digest.ts";
import type { Proof } from "../protocol/models.ts";
import { type GitSha1, type Sha256, parseGitSha1, parseSha256 } from "../util/ids.ts";
import type { TransferJob } from "./transfers.ts";

export interface Sums {
  readonly sha256: Sha256;
  /** Where the job expects one. */
  readonly gitSha1?: GitSha1;
}

type Expected = Pick<TransferJob, "sizeBytes" | "sha256" | "gitSha1">;

/** Takes a file's bytes in order; `take` once, at the end. */
export function createSums(digest: MakeDigest, expected: Expected): { update(chunk: Uint8Array): void; take(): Sums } {
  const sha256 = digest("sha256");
  // Git names a file by its size and its content.
  const git = expected.gitSha1 === undefined ? undefined : digest("sha1");
  git?.update(new TextEncoder().encode(`blob ${expected.sizeBytes}\0`));
  return {
    update: (chunk) => {
      sha256.update(chunk);
      git?.update(chunk);
    },
    take: () => {
      const [whole, blob] = [parseSha256(sha256.hex()), git && parseGitSha1(git.hex())];
      if (whole === undefined) throw new TypeError("the digest is none");
      return { sha256: whole, ...(blob !== undefined && { gitSha1: blob }) };
    },
  };
}

/** By the best proof that was offered; undefined where the bytes are not the ones that were promised. */
export function proofOf(sums: Sums, expected: Expected): Proof | undefined {
  if (expected.sha256 !== undefined) return sums.sha256 === expected.sha256 ? "sha256" : undefined;
  if (expected.gitSha1 !== undefined) return sums.gitSha1 === expected.gitSha1 ? "gitSha1" : undefined;
  return "unverified";
}
