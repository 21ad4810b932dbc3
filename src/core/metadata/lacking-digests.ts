import type { Registry } from "../registry/registry.ts";
import { sourceOf } from "./find-card.ts";
import { readTarget } from "./targets.ts";

/** Weights of entries of which nothing else tells who could be asked: neither a digest on record nor a source. */
export async function lackingDigests(
  registry: Pick<Registry, "query">,
  names: readonly string[],
): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const name of names) {
    const target = await readTarget(registry, name);
    if (target.digests.length === 0 && sourceOf(target) === undefined) paths.push(...target.weights);
  }
  return paths;
}
