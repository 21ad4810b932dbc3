import { withoutEnd } from "../operations/paths.ts";
import type { OllamaFacts, Survey } from "../plan.ts";

/** Of the locations, the weights root and the Ollama store, without a slash at their end. */
export const rootsOf = (
  {
    locations,
    weightsRoot,
  }: Pick<Survey, "weightsRoot"> & { readonly locations: readonly { readonly path: string }[] },
  ollama: Pick<OllamaFacts, "root"> | undefined,
): readonly string[] => [
  ...new Set(
    [...locations.map(({ path }) => path), weightsRoot, ollama?.root].flatMap((root) =>
      root === undefined ? [] : [withoutEnd(root)],
    ),
  ),
];
