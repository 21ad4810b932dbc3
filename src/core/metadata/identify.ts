import { toTrouble } from "../present/trouble.ts";
import type { Trouble } from "../protocol/downloads.ts";
import type { Registry } from "../registry/registry.ts";
import type { Civitai } from "../sources/civitai/civitai.ts";
import type { CivitaiVersion } from "../sources/civitai/version.ts";
import type { Sha256 } from "../util/ids.ts";
import { type Digests, readTarget } from "./targets.ts";

/** What is known of a whole list of entries before the first is looked at. */
export interface Identified {
  /** What was computed for it. */
  readonly computed: Digests;
  /** By the digest of a file. */
  readonly versions: ReadonlyMap<Sha256, CivitaiVersion>;
  /** Why nobody could be asked. */
  readonly reason?: Trouble;
}

/** All digests in as few questions as the hub allows. A hub that does not answer leaves the other one. */
export async function identify(
  { registry, civitai }: { readonly registry: Pick<Registry, "query">; readonly civitai: Pick<Civitai, "byHash"> },
  names: readonly string[],
  computed: Digests,
  signal: AbortSignal,
): Promise<Identified> {
  const digests: Sha256[] = [];
  for (const name of names) digests.push(...(await readTarget(registry, name, computed)).digests);
  try {
    return { computed, versions: digests.length === 0 ? new Map() : await civitai.byHash(digests, signal) };
  } catch (error) {
    return { computed, versions: new Map(), reason: toTrouble(error) };
  }
}
