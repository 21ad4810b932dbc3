import { createHash } from "node:crypto";
import type { MakeDigest } from "../ports/digest.ts";

export const nodeDigest: MakeDigest = (algorithm) => {
  const hash = createHash(algorithm);
  return { update: (chunk) => void hash.update(chunk), hex: () => hash.digest("hex") };
};
