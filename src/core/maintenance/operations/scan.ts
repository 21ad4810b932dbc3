import * as v from "valibot";
import { isAbsolute } from "../../downloads/safe-path.ts";
import { weightFormats } from "../../protocol/models.ts";
import { fault } from "../../util/faults.ts";
import { nearNames } from "../../util/near-names.ts";
import { plainPath } from "../../util/plain-path.ts";
import { type Operation, type StorePlaces, decidedInSlices } from "../operation.ts";
import { adopt } from "./adopt.ts";
import { off, word } from "./choices.ts";
import { withoutEnd } from "./paths.ts";

const options = v.strictObject({
  /** A location's name or a folder; every location where left out. */
  base: v.optional(word),
  updateExisting: off,
  includeTesting: off,
  /** For weights whose format nothing tells. */
  fallbackFormat: v.optional(v.picklist(weightFormats)),
});

type Options = v.InferOutput<typeof options>;

/** Adds what folders hold, in whatever layout. */
export const scan: Operation<Options> = {
  name: "scan",
  options,
  backup: true,
  wants: ({ base, fallbackFormat }, places) => ({
    stores: rootsOf(base, places).map((root) => ({
      store: "folder",
      root: withoutEnd(root),
      ...(fallbackFormat !== undefined && { fallbackFormat }),
    })),
  }),
  ...decidedInSlices<Options>((survey, { updateExisting, includeTesting }) =>
    adopt(survey.found ?? [], survey, { updateExisting, includeTesting }),
  ),
};

function rootsOf(base: string | undefined, { locations }: StorePlaces): readonly string[] {
  if (base === undefined) return locations.map(({ path }) => path);
  const location = locations.find(({ name }) => name === base);
  if (location !== undefined) return [location.path];
  if (isAbsolute(base)) return [plainPath(base)];
  const near = nearNames(
    base,
    locations.map(({ name }) => name),
  );
  throw fault({ code: "notFound", what: "location", name: base, near });
}
