import { readReadmeApart } from "../../core/adapters/readme-thread.ts";
import { cutWords, failedReadme, noReadme, pictureWord } from "../../core/present/card-words.ts";
import type { CardReadme } from "../../core/protocol/card-page.ts";
import type { EntryDetails } from "../../core/protocol/models.ts";
import { isFault } from "../../core/util/faults.ts";
import type { Ask } from "../ask.ts";

/** Milliseconds that a README may take to be read; none of an honest person takes a tenth of it. */
const LIMIT = 5000;

let editions = 0;

/** The README of a model; that it could not be had is an answer, too. Rejects only with the signal's reason, or a defect. */
export async function readCardReadme(ask: Ask, entry: EntryDetails, signal: AbortSignal): Promise<CardReadme> {
  try {
    const { card } = await ask("metadata.card", { name: entry.name }, signal);
    if (!card) return noReadme();
    const base = await baseOf(ask, entry, card.from, signal);
    const wish = { markdown: card.markdown, base, picture: pictureWord() };
    const { blocks, cut } = await readReadmeApart(wish, LIMIT, signal);
    if (blocks.length === 0) return noReadme();
    return { kind: "shown", edition: String(++editions), from: card.from, cut: cutWords(cut), blocks };
  } catch (error) {
    if (signal.aborted || !isFault(error)) throw error;
    return failedReadme(error.fault);
  }
}

/** Where its relative addresses lead: to its page on the hub. null where it is of none. */
async function baseOf(
  ask: Ask,
  { source }: EntryDetails,
  from: string,
  signal: AbortSignal,
): Promise<{ readonly links: string; readonly pictures: string } | null> {
  if (source?.provider !== "huggingface") return null;
  const page = /^https?:/.test(from) ? from : `${await endpointOf(ask, signal)}/${source.reference}`;
  const revision = encodeURIComponent(source.revision ?? "main");
  return { links: `${page}/blob/${revision}/README.md`, pictures: `${page}/resolve/${revision}/README.md` };
}

async function endpointOf(ask: Ask, signal: AbortSignal): Promise<string> {
  const { settings } = await ask("config.show", {}, signal);
  const endpoint = settings.find(({ key }) => key.endsWith("huggingface.endpoint"))?.value;
  return typeof endpoint === "string" ? endpoint : "";
}
