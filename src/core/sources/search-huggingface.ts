import type { HubClient, HubListQuery, HubListed } from "../ports/hub-client.ts";
import type { HubHit, HubHits, HubQuery } from "../protocol/hub.ts";

const SORTS: Readonly<Record<NonNullable<HubQuery["sort"]>, HubListQuery["sort"]>> = {
  downloads: "downloads",
  likes: "likes",
  updated: "lastModified",
  trending: "trendingScore",
};

/** Of the hub's tags, those that name a format of ours. */
const FORMATS = ["gguf", "safetensors", "pytorch", "onnx", "mlx", "diffusers"];

export async function searchHuggingFace(
  client: Pick<HubClient, "list">,
  query: HubQuery,
  signal: AbortSignal,
): Promise<HubHits> {
  const { text, format, author, sort = "trending", limit, cursor } = query;
  const tags = format === undefined ? [] : [format.toLowerCase()];
  const page = await client.list({ text, author, tags, sort: SORTS[sort], limit, cursor }, signal);
  return { hits: page.models.map(hitOf), ...(page.cursor !== undefined && { cursor: page.cursor }) };
}

function hitOf(found: HubListed): HubHit {
  const { repository, downloads, likes, updatedAt, task, licence, gated, tags, weightsBytes } = found;
  return {
    provider: "huggingface",
    reference: repository,
    title: repository,
    ...(downloads !== undefined && { downloads }),
    ...(likes !== undefined && { likes }),
    ...(updatedAt !== undefined && { updatedAt }),
    ...(task !== undefined && { task }),
    formats: FORMATS.filter((format) => tags.includes(format)),
    ...(licence !== undefined && { licence }),
    gated,
    ...(weightsBytes !== undefined && { sizeBytes: weightsBytes }),
  };
}
