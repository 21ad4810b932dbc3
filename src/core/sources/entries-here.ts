import type { HubHit } from "../protocol/hub.ts";
import { text } from "../registry/columns.ts";
import type { Registry } from "../registry/registry.ts";

/** The hits, with the entry that came from each. */
export type EntriesHere = (hits: readonly HubHit[]) => Promise<readonly HubHit[]>;

/** A page holds fewer. */
const MOST = 200;

export const createEntriesHere =
  (registry: Pick<Registry, "query">): EntriesHere =>
  async (hits) => {
    const wanted = hits.slice(0, MOST).map(({ reference }) => reference);
    if (wanted.length === 0) return hits;
    const rows = await registry.query(
      `SELECT name, source_provider, source_reference FROM entries
       WHERE source_reference IN (${wanted.map(() => "?").join(", ")}) ORDER BY name DESC`,
      wanted,
    );
    const here = new Map(
      rows.map((row) => [`${text(row, "source_provider")}|${text(row, "source_reference")}`, text(row, "name")]),
    );
    return hits.map((hit) => {
      const entry = here.get(`${hit.provider}|${hit.reference}`);
      return entry === undefined ? hit : { ...hit, alreadyHere: entry };
    });
  };

/** Entries by the name of Ollama's that they stand for, however they came to be. */
export const createOllamaEntries =
  (registry: Pick<Registry, "query">) =>
  async (names: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>();
    const asked = names.slice(0, MOST);
    if (asked.length === 0) return found;
    const marks = asked.map(() => "?").join(", ");
    const rows = await registry.query(
      `SELECT name, served_model_id, source_reference FROM entries
       WHERE served_model_id IN (${marks}) OR (source_provider = 'ollama' AND source_reference IN (${marks}))
       ORDER BY name DESC`,
      [...asked, ...asked],
    );
    for (const row of rows)
      for (const said of [text(row, "served_model_id"), text(row, "source_reference")]) {
        const entry = text(row, "name");
        if (said !== undefined && entry !== undefined && asked.includes(said)) found.set(said, entry);
      }
    return found;
  };
