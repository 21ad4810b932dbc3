import type { HubHit, HubHits, HubQuery } from "../../protocol/hub.ts";
import { fault } from "../../util/faults.ts";
import { type CivitaiAccess, ask } from "./ask.ts";
import { filesOf } from "./files.ts";
import { licenceOf } from "./terms.ts";
import { type CivitaiModel, modelsIn } from "./version.ts";

/** Civitai's own orders; without a text it has no other best. */
const SORTS: Readonly<Record<NonNullable<HubQuery["sort"]>, readonly [sort: string, period: string]>> = {
  downloads: ["Most Downloaded", "AllTime"],
  likes: ["Most Liked", "AllTime"],
  updated: ["Newest", "AllTime"],
  trending: ["Most Downloaded", "Week"],
};

const MOST_CURSOR = 2000;

/** @param rating the highest that is shown, in Civitai's bits */
export async function searchCivitai(
  access: CivitaiAccess,
  query: HubQuery,
  rating: number,
  signal: AbortSignal,
): Promise<HubHits> {
  const [sort, period] = SORTS[query.sort ?? "trending"];
  const asked = new URLSearchParams({ limit: String(query.limit), sort, period, nsfw: String(rating > 2) });
  if (query.text !== undefined && query.text !== "") asked.set("query", query.text);
  if (query.author !== undefined) asked.set("username", query.author);
  if (query.cursor !== undefined) asked.set("cursor", query.cursor.slice(0, MOST_CURSOR));
  const answer = await ask(access, `/api/v1/models?${asked.toString()}`, undefined, signal);
  if (typeof answer !== "object" || answer === null || !("items" in answer))
    throw fault({ code: "network", host: new URL(access.endpoint).host, reason: "its answer makes no sense" });
  const wanted = query.format?.toLowerCase();
  const hits = modelsIn(answer.items)
    .slice(0, query.limit)
    .flatMap((model) => hitOf(model) ?? [])
    // Civitai cannot be asked for a format.
    .filter(({ formats }) => wanted === undefined || formats.includes(wanted));
  const cursor = cursorIn("metadata" in answer ? answer.metadata : undefined);
  return { hits, ...(cursor !== undefined && { cursor }) };
}

function cursorIn(metadata: unknown): string | undefined {
  if (typeof metadata !== "object" || metadata === null || !("nextCursor" in metadata)) return undefined;
  const { nextCursor } = metadata;
  if (typeof nextCursor === "number") return String(nextCursor);
  return typeof nextCursor === "string" && nextCursor !== "" && nextCursor.length <= MOST_CURSOR
    ? nextCursor
    : undefined;
}

function hitOf({ id, name, versions, terms }: CivitaiModel): HubHit | undefined {
  const [version] = versions;
  if (!version) return undefined;
  const files = filesOf(version).filter(({ optional, isConfiguration }) => !optional && !isConfiguration);
  // Of the primary one, which comes first: the smallest is as often a VAE beside it.
  const [sizeBytes] = files.flatMap(({ file }) => (file.sizeKB === undefined ? [] : [Math.round(file.sizeKB * 1024)]));
  const licence = licenceOf(terms);
  const task = [terms.type, version.baseModel].filter((part) => part !== undefined).join(", ");
  return {
    provider: "civitai",
    reference: `civitai:${id}`,
    title: name,
    ...(terms.stats?.downloadCount !== undefined && { downloads: terms.stats.downloadCount }),
    ...(terms.stats?.thumbsUpCount !== undefined && { likes: terms.stats.thumbsUpCount }),
    ...(version.publishedAt !== undefined && { updatedAt: version.publishedAt }),
    ...(task !== "" && { task }),
    formats: [...new Set(files.flatMap(({ format }) => format ?? []))],
    ...(licence !== undefined && { licence }),
    gated: version.availability === "EarlyAccess",
    ...(sizeBytes !== undefined && { sizeBytes }),
  };
}
