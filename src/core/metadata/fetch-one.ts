import { t } from "@vscode/l10n";
import { toTrouble } from "../present/trouble.ts";
import type { Trouble } from "../protocol/downloads.ts";
import type { MetadataFound } from "../protocol/metadata.ts";
import { flag, text } from "../registry/columns.ts";
import { fault, isFault } from "../util/faults.ts";
import { applyDiscovery } from "./apply-discovery.ts";
import type { MetadataParts } from "./create-metadata.ts";
import { type Discovery, cardDiscovery, civitaiDiscovery, isEmpty } from "./discovery.ts";
import { earlierPicture } from "./edits.ts";
import { findCard, sourceOf } from "./find-card.ts";
import type { Identified } from "./identify.ts";
import { type KeptPicture, lookAtPicture } from "./keep-picture.ts";
import { cardFacts, splitCard } from "./model-card.ts";
import { type Target, readTarget } from "./targets.ts";

/** For everyone. */
const RATING = 1;

/** By digest first, then by source; nothing is guessed by a name. @throws FaultError */
export async function fetchOne(
  parts: MetadataParts,
  name: string,
  identified: Identified,
  signal: AbortSignal,
): Promise<MetadataFound> {
  // Read anew: much may have happened since the list was identified.
  const target = await readTarget(parts.registry, name, identified.computed);
  const { shown } = target.layers;
  if (flag(shown, "locked")) throw fault({ code: "locked", what: text(shown, "display_name") ?? name, byPerson: true });
  const found = fromCivitai(parts, target, identified) ?? (await fromCard(parts, target, signal));
  if (!found) return { entry: name, fields: [], written: [], reason: whyNot(target, identified) };
  const picture = await firstPicture(parts, target, found, signal);
  return applyDiscovery(parts, target, found, picture, new Date(parts.clock.wall()).toISOString(), signal);
}

function fromCivitai(parts: MetadataParts, { digests }: Target, { versions }: Identified): Discovery | undefined {
  const version = digests.map((digest) => versions.get(digest)).find((one) => one !== undefined);
  if (!version) return undefined;
  return civitaiDiscovery(version, parts.civitai.page(version.modelId, version.id), parts.rating ?? RATING);
}

async function fromCard(parts: MetadataParts, target: Target, signal: AbortSignal): Promise<Discovery | undefined> {
  const card = await findCard(parts.cards, parts.files, target, signal);
  if (!card) return undefined;
  const { parseFrontMatter } = await import("./parse-front-matter.ts");
  const { head, body } = splitCard(card.markdown);
  const source = sourceOf(target);
  const page = source ? `${parts.cards.endpoint}/${source.repository}` : card.from;
  const found = cardDiscovery(cardFacts(head === undefined ? undefined : parseFrontMatter(head), body), page);
  return isEmpty(found) ? undefined : found;
}

/** The first that can be had; none of it is worth failing for. */
async function firstPicture(
  parts: MetadataParts,
  { layers: { shown }, fetched }: Target,
  { pictures }: Discovery,
  signal: AbortSignal,
): Promise<KeptPicture | undefined> {
  const earlier = earlierPicture(shown, fetched);
  if (earlier ? await parts.files.stat(earlier.path) : text(shown, "preview") !== undefined) return undefined;
  for (const address of pictures) {
    try {
      const content = await parts.civitai.picture(address, signal);
      if (content) return await lookAtPicture(parts, content, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isFault(error)) throw error;
    }
  }
  return undefined;
}

function whyNot({ digests, layers }: Target, { reason }: Identified): Trouble {
  if (reason) return reason;
  const hasSource = sourceOf({ layers }) !== undefined;
  if (digests.length === 0 && !hasSource) {
    return {
      code: "notFound",
      message: t("Nobody can be asked about it: its source is not known, and its file could not be read whole."),
      remedy: t("Fetch again once its file is there and no longer changes."),
      facts: {},
    };
  }
  return toTrouble(fault({ code: "notFound", what: "repository", name: text(layers.shown, "display_name") ?? "" }));
}
