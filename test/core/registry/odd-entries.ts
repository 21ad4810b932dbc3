import * as fc from "fast-check";
import type { Edit } from "../../../src/core/ports/database.ts";
import type { Entry } from "../../../src/core/protocol/models.ts";
import { entryEdits } from "../../../src/core/registry/entry-edits.ts";
import type { EntryFilter, Registry } from "../../../src/core/registry/registry.ts";

const entry = fc.constantFrom("a", "B", "c%", "d_e", "öl");
const layer = fc.constantFrom("discovered", "discovered", "curated");
const lists = fc.constantFrom(
  "[]",
  '["chat"]',
  '["Chat","code"]',
  String.raw`["ch\u0061t"]`,
  String.raw`["a\\b"]`,
  '{"a":"chat"}',
  '[["chat"]]',
  '"chat"',
  "[1,null]",
  "no JSON, chat",
  '["vision"]',
);
/** Rows as they may lie there. */
const columns = fc.record(
  {
    display_name: fc.constantFrom(
      "One",
      "one",
      "two Öl",
      "TWO öl",
      "two öl[*]",
      "од ΟΔΟΣ",
      "\u{1F408}Ö",
      "\u{1F408}",
      "\uFFFD",
      "100% _sure_!",
    ),
    backend: fc.constantFrom("llama.cpp", "LLAMA.CPP", "ollama"),
    location: fc.constantFrom(null, "", "main", "Main"),
    format: fc.constantFrom(null, "gguf"),
    quantization: fc.constantFrom(null, "", "q4_k_m", "Q4_K_M"),
    path: fc.constantFrom(null, "", "/nowhere/at/all", import.meta.filename, "ollama://x", "ollama:/x"),
    downloaded_at: fc.constantFrom(null, "", "2026-01-01T00:00:00Z"),
    source_reference: fc.constantFrom(null, "Acme/One", "acme/öl", String.raw`back\slash`),
    roles_json: lists,
    capabilities_json: lists,
    deprecated: fc.constantFrom(0, 0, 1),
    size_bytes: fc.constantFrom(null, 7, 2 ** 40),
  },
  { requiredKeys: [] },
);
const nameOf = (family: string): string => `${family}-llama.cpp`;
export const made = fc.tuple(entry, layer, columns).map(([family, at, odd]): readonly Edit[] => {
  const { edits } = entryEdits({
    displayName: family,
    family,
    backend: "llama.cpp",
    proof: "unverified",
    files: [],
    characteristics: [],
  });
  return edits.flatMap(({ table, after }) =>
    table === "entries" && after
      ? [{ table, key: `${at}:${nameOf(family)}`, after: { ...after, name: nameOf(family), layer: at, ...odd } }]
      : [],
  );
});
const gone = fc
  .tuple(entry, layer)
  .map(([family, at]): readonly Edit[] => [{ table: "entries", key: `${at}:${nameOf(family)}`, after: null }]);
const said = fc
  .tuple(
    entry,
    fc.constantFrom("vision", "context", "licence", "ours"),
    fc.constantFrom("person", "gguf", "hub", "another"),
    fc.constantFrom("true", "false", "4096", '"MIT"', '"mit"', "[1]", "no JSON", null),
    fc.constantFrom(1, 0.9, 0.123456789, 0),
  )
  .map(([family, name, source, value, confidence]): readonly Edit[] => [
    {
      table: "characteristics",
      key: `${nameOf(family)}|${name}|${source}`,
      after: value === null ? null : { entry: nameOf(family), name, source, value_json: value, confidence },
    },
  ]);
export const commit = fc.array(fc.oneof({ weight: 3, arbitrary: made }, said, gone), { minLength: 1, maxLength: 6 });

export const filter: fc.Arbitrary<EntryFilter> = fc.record(
  {
    backend: fc.constantFrom("llama.cpp", "OLLAMA", ""),
    family: fc.constantFrom("b", "ÖL", ""),
    location: fc.constantFrom("MAIN", ""),
    quantization: fc.constantFrom("q4_K_m", ""),
    role: fc.constantFrom("chat", "a\\b", "", "code", "x".repeat(20_000)),
    capability: fc.constantFrom("vision", "CHAT", ""),
    text: fc.constantFrom(
      "o",
      "one Acme",
      "%",
      "_",
      "öl",
      "ÖL",
      "Two ÖL*",
      "ö[",
      "Од",
      "σ",
      "\u{1F408}ö",
      "Ö".repeat(5000),
      "!",
      "\u0000",
      "e\u0000x",
      "\uD83D",
      "\u{1F408}",
      "\\",
    ),
    where: fc.array(
      fc.record(
        {
          name: fc.constantFrom("vision", "context", "licence", "ours"),
          is: fc.constantFrom(true, false, "MIT", ""),
          atLeast: fc.constantFrom(0, 4096),
        },
        { requiredKeys: ["name"] },
      ),
      { minLength: 1, maxLength: 2 },
    ),
    installed: fc.boolean(),
    includeDeprecated: fc.boolean(),
    includeTesting: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Of all pages. @param limit of each */
export async function all(registry: Registry, asked: EntryFilter, limit: number) {
  const entries: Entry[] = [];
  const totals = new Set<number>();
  let cursor: string | undefined;
  do {
    const page = await registry.list({ ...asked, limit, ...(cursor !== undefined && { cursor }) });
    entries.push(...page.entries);
    totals.add(page.total);
    ({ cursor } = page);
  } while (cursor !== undefined);
  return { entries, totals };
}
