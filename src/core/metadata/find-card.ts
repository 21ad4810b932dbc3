import { folderOf } from "../downloads/safe-path.ts";
import type { Files } from "../ports/files.ts";
import { text } from "../registry/columns.ts";
import { type HubCards, LARGEST_CARD, fetchCard } from "../sources/huggingface-card.ts";
import { pageAddress } from "../sources/hub-faults.ts";
import type { Target } from "./targets.ts";

export interface FoundCard {
  readonly markdown: string;
  /** A path, or the page it is of. */
  readonly from: string;
}

/** The one that lies with the files, else the hub's. */
export async function findCard(
  hub: HubCards,
  files: Pick<Files, "readText">,
  target: Target,
  signal: AbortSignal,
): Promise<FoundCard | undefined> {
  const source = sourceOf(target);
  for (const path of placesOf(target, source?.repository)) {
    const markdown = await files.readText(path, LARGEST_CARD).catch(() => undefined);
    if (markdown !== undefined) return { markdown, from: path };
  }
  if (!source) return undefined;
  const { repository, revision } = source;
  const markdown = await fetchCard(hub, repository, revision ?? "main", signal);
  return markdown === undefined ? undefined : { markdown, from: pageAddress(hub.endpoint, repository) };
}

/** Its own, or one in a folder that is its repository's alone. */
function placesOf({ files, path }: Target, repository: string | undefined): readonly string[] {
  const own = files.filter((file) => /[\\/]readme\.md$/i.test(file));
  const folder = path === undefined || path.startsWith("ollama://") ? undefined : folderOf(path);
  const isRepository = repository !== undefined && folder?.replaceAll("\\", "/").endsWith(`/${repository}`) === true;
  return isRepository ? [...own, `${folder}/README.md`] : own;
}

/** Of the hub whose cards we read. */
export function sourceOf({
  layers: { shown },
}: Pick<Target, "layers">): { readonly repository: string; readonly revision: string | undefined } | undefined {
  const repository = text(shown, "source_reference");
  if (shown["source_provider"] !== "huggingface" || repository === undefined) return undefined;
  return { repository, revision: text(shown, "source_revision") };
}
