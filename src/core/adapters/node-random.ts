import { randomBytes, randomUUID } from "node:crypto";
import type { Random } from "../ports/random.ts";

export const nodeRandom: Random = {
  id: () => randomUUID(),
  fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  secret: (byteCount) => randomBytes(byteCount).toString("base64url"),
};
