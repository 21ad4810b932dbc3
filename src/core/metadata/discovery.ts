import type { MetadataSource } from "../protocol/metadata.ts";
import { type CivitaiVersion, ratingOf } from "../sources/civitai/version.ts";
import type { CardFacts } from "./model-card.ts";
import { cut, plainText } from "./plain-text.ts";

/** What a hub says of one entry, in our names. */
export interface Discovery {
  readonly from: MetadataSource;
  readonly page: string;
  readonly description?: string;
  /** Fields of an entry's metadata. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly characteristics: Readonly<Record<string, string | boolean>>;
  /** Addresses, the best first. */
  readonly pictures: readonly string[];
  /** What lies beside the file for other programs, under the names they know. */
  readonly sidecar?: Readonly<Record<string, unknown>>;
}

/** Pictures that are tried before it is left at none. */
const PICTURES = 3;

/** @param rating the highest that a picture may have; 0: no pictures */
export function civitaiDiscovery(version: CivitaiVersion, page: string, rating: number): Discovery {
  const { model, baseModel, trainedWords } = version;
  const description = plainText(version.description ?? "");
  const isAdapter = /^(lora|locon|dora)$/i.test(model?.type ?? "");
  const words = trainedWords.map((word) => word.trim()).filter((word) => word !== "");
  return {
    from: "civitai",
    page,
    ...(description !== "" && { description }),
    metadata: {
      ...(words.length > 0 && { triggerWords: words }),
      ...(baseModel !== undefined && { baseModel }),
      civitai: {
        modelId: version.modelId,
        versionId: version.id,
        ...(model?.name !== undefined && { model: model.name }),
        version: version.name,
        ...(version.air !== undefined && { air: version.air }),
        page,
      },
    },
    characteristics: {
      ...(baseModel !== undefined && { baseModel }),
      ...(model?.type !== undefined && { modelType: model.type }),
      ...(isAdapter && { lora: true }),
    },
    pictures: version.images
      .filter((image) => (image.type ?? "image") === "image" && ratingOf(image) <= rating)
      .map(({ url }) => url)
      .slice(0, PICTURES),
    sidecar: { ...version, ...(description !== "" && { description: version.description }) },
  };
}

export function cardDiscovery(card: CardFacts, page: string): Discovery {
  const { description, licence, baseModel, language, task, tags } = card;
  return {
    from: "huggingface",
    page,
    ...(description !== undefined && { description: cut(description) }),
    metadata: { ...(baseModel !== undefined && { baseModel }), ...(tags.length > 0 && { tags }) },
    characteristics: {
      ...(licence !== undefined && { licence }),
      ...(baseModel !== undefined && { baseModel }),
      ...(language !== undefined && { language }),
      ...(task !== undefined && { task }),
    },
    pictures: [],
  };
}

/** True where nothing of it is of any use. */
export const isEmpty = ({ description, metadata, characteristics }: Discovery): boolean =>
  description === undefined && Object.keys(metadata).length === 0 && Object.keys(characteristics).length === 0;
