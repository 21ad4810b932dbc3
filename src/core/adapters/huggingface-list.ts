import { listModels } from "@huggingface/hub";
import type { HubListPage, HubListQuery, HubListed } from "../ports/hub-client.ts";
import { field, licenceOf, number, text, texts } from "./huggingface-fields.ts";

const MOST_CURSOR = 4000;

/**
 * One page. The library walks over all pages by itself and shows no place to go on from: so its fetch is given the cursor
 * to begin with, keeps the one of the next page, and hides it from the library.
 */
export async function listPage(query: HubListQuery, endpoint: string, request: typeof fetch): Promise<HubListPage> {
  let next: string | undefined;
  const onePage: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    // The library does not know this field yet.
    url.searchParams.append("expand", "gguf");
    if (query.cursor !== undefined) url.searchParams.set("cursor", query.cursor);
    const response = await request(url, init);
    next = cursorOf(response.headers.get("link"), url);
    const headers = new Headers(response.headers);
    headers.delete("link");
    return new Response(response.body, { status: response.status, headers });
  };
  const models: HubListed[] = [];
  for await (const model of listModels({
    search: {
      tags: [...query.tags],
      ...(query.text !== undefined && { query: query.text }),
      ...(query.author !== undefined && { owner: query.author }),
    },
    sort: query.sort,
    limit: query.limit,
    additionalFields: ["tags", "cardData", "safetensors"],
    hubUrl: endpoint,
    fetch: onePage,
  })) {
    const read = readListed(model);
    if (read && models.length < query.limit) models.push(read);
  }
  return { models, ...(next !== undefined && { cursor: next }) };
}

function cursorOf(link: string | null, base: URL): string | undefined {
  const address = /<([^>]*)>\s*;[^,]*rel="?next"?/i.exec(link ?? "")?.[1];
  if (address === undefined || !URL.canParse(address, base.href)) return undefined;
  const cursor = new URL(address, base).searchParams.get("cursor");
  return cursor !== null && cursor !== "" && cursor.length <= MOST_CURSOR ? cursor : undefined;
}

function readListed(found: unknown): HubListed | undefined {
  const repository = text(found, "name");
  if (repository === undefined) return undefined;
  const [downloads, likes] = [number(found, "downloads"), number(found, "likes")];
  const updated = field(found, "updatedAt");
  const task = text(found, "task");
  const gated = field(found, "gated");
  const tags = field(found, "tags");
  const licence = licenceOf(field(found, "cardData"), tags);
  const weightsBytes = bytesOfTensors(field(field(found, "safetensors"), "parameters"));
  return {
    repository,
    ...(downloads !== undefined && { downloads }),
    ...(likes !== undefined && { likes }),
    ...(updated instanceof Date && Number.isFinite(updated.getTime()) && { updatedAt: updated.toISOString() }),
    ...(task !== undefined && { task }),
    gated: gated !== undefined && gated !== false,
    ...(licence !== undefined && { licence }),
    tags: texts(tags).slice(0, 100),
    ...(weightsBytes !== undefined && { weightsBytes }),
  };
}

/** Bits of a number of each type. */
const BITS = /(\d+)/;

/** Numbers by their type; a type without a width leaves the sum unknown. */
function bytesOfTensors(parameters: unknown): number | undefined {
  if (typeof parameters !== "object" || parameters === null) return undefined;
  let total = 0;
  for (const [type, count] of Object.entries(parameters)) {
    const bits = type === "BOOL" ? 8 : Number(BITS.exec(type)?.[1]);
    if (typeof count !== "number" || !Number.isFinite(bits)) return undefined;
    total += (count * bits) / 8;
  }
  return total > 0 ? Math.round(total) : undefined;
}
