import { capabilitiesOf } from "../../identify/capabilities-of.ts";
import { effective, settled } from "../../identify/effective.ts";
import { present } from "../../registry/columns.ts";
import type { NewEntry } from "../../registry/new-entry.ts";
import type { FoundModel } from "../../stores/found.ts";
import type { Survey } from "../plan.ts";
import { isBelow } from "./paths.ts";

/** What was found as an entry. Its bytes are as the store says, and unproven. @param location what it is called, whatever it lies in */
export function entryOfFound(
  survey: Pick<Survey, "locations">,
  found: FoundModel,
  location: string | undefined,
): NewEntry {
  const characteristics = settled(found.characteristics).filter(isOfFiles);
  return {
    displayName: found.displayName,
    family: found.family,
    backend: found.backend,
    proof: "unverified",
    path: found.path,
    ...present({
      format: found.format,
      quantization: found.quantization?.toLowerCase(),
      location: location ?? locationOf(survey, found.path),
      source: found.source,
      servedModelId: found.servedModelId,
      sizeBytes: found.sizeBytes ?? sizeOf(found),
      shape: found.shape,
      description: found.description,
      preview: found.preview,
    }),
    capabilities: capabilitiesOf(effective(characteristics)),
    metadata: present({ triggerWords: found.triggerWords, baseModel: found.baseModel }),
    files: found.files.map((file) => ({ ...file, proof: "unverified" })),
    characteristics,
  };
}

const sizeOf = ({ files }: FoundModel): number | undefined =>
  files.length === 0 ? undefined : files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** What a person or a server says, no file can. */
const isOfFiles = ({ name, source }: FoundModel["characteristics"][number]): boolean =>
  source !== "person" && source !== "server" && !name.includes("|");

/** The innermost. */
export const locationOf = ({ locations }: Pick<Survey, "locations">, path: string): string | undefined =>
  locations.filter((one) => isBelow(path, one.path)).toSorted((one, other) => other.path.length - one.path.length)[0]
    ?.name;
