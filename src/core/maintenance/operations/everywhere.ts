import { storeKinds } from "../../stores/found.ts";
import type { StorePlaces } from "../operation.ts";
import { withoutEnd } from "./paths.ts";

/** All locations, and the roots of the stores that are known; of InvokeAI the folder of its models. */
export const everywhere = (places: StorePlaces): readonly string[] => [
  ...new Set(
    [
      ...places.locations.map(({ path }) => path),
      ...storeKinds.flatMap((kind) =>
        kind === "invokeai" ? places[kind].map((root) => `${withoutEnd(root)}/models`) : places[kind],
      ),
    ].map(withoutEnd),
  ),
];
