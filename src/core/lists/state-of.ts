import type { InstalledFile } from "../downloads/installed.ts";
import type { Reuse } from "../downloads/reuse.ts";
import type { Files } from "../ports/files.ts";
import type { WantedFile } from "../protocol/lists.ts";
import { type Sha256, parseSha256 } from "../util/ids.ts";
import type { Placed } from "./place-wanted.ts";
import type { SourceFacts, WantedSource } from "./sources-of.ts";

export interface LookParts {
  readonly files: Pick<Files, "stat">;
  readonly reuse: Pick<Reuse, "find">;
  /** Files of entries by digest, as they were when they were verified. */
  readonly held: ReadonlyMap<Sha256, InstalledFile>;
}

/** What a look at the disk says of a wanted file. */
export type Look = Pick<WantedFile, "target" | "state" | "proof" | "wrongBytes" | "from" | "sizeBytes" | "sha256">;

/**
 * Present is what has the name where the program looks, and the size its source says; the program itself asks for no
 * more. What has another size is named, and counts as not there. Nothing is hashed.
 */
export async function stateOf(
  { files, reuse, held }: LookParts,
  placed: Placed,
  source: WantedSource | undefined,
  facts: SourceFacts,
  signal: AbortSignal,
): Promise<Look> {
  let wrongBytes: number | undefined;
  for (const path of new Set(placed.candidates)) {
    const there = await files.stat(path).catch(() => undefined);
    if (there?.kind !== "file") continue;
    if (facts.sizeBytes !== undefined && there.size !== facts.sizeBytes) {
      if (path === placed.target) wrongBytes = there.size;
      continue;
    }
    const digest = parseSha256(facts.sha256 ?? "");
    const known = digest && held.get(digest);
    const proven = known?.path === path && known.modified === there.modified && known.identity === there.identity;
    const proof = proven ? "sha256" : facts.sizeBytes === undefined ? "name" : "size";
    return { ...facts, sizeBytes: there.size, target: path, state: "present", proof };
  }
  const about = { ...facts, target: placed.target, ...(wrongBytes !== undefined && { wrongBytes }) };
  if (facts.sizeBytes === undefined) return { ...about, state: "missing" };
  const wanted = {
    target: placed.target,
    sizeBytes: facts.sizeBytes,
    ...(facts.sha256 !== undefined && { sha256: facts.sha256 }),
    source: { reference: source?.model ?? "", path: source?.path ?? "" },
  };
  const found = await reuse.find(wanted, { prove: false }, signal);
  if (!found) return { ...about, state: "missing" };
  return { ...about, state: found.proven ? "linkable" : "likely", from: found.path };
}
