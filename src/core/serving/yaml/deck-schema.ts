import { type KeyKind, deckKeys, wantedWords } from "./deck-keys.ts";

/** The JSON schema of modeldeck.yaml, for editors that have a YAML extension; `node test/support/deck-schema.ts` writes it. */
export function deckSchema(): Readonly<Record<string, unknown>> {
  const properties = (isProfile: boolean): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      deckKeys
        .filter(({ profileOnly }) => isProfile || profileOnly !== true)
        .map(({ name, kind, what }) => [name, { description: what, ...typeOf(kind) }]),
    );
  const layer = { type: ["object", "null"], additionalProperties: false, properties: properties(false) };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "modeldeck.yaml",
    type: "object",
    additionalProperties: false,
    properties: {
      defaults: { description: "Values that hold for every profile.", ...layer },
      backends: {
        description: "Values that hold for every profile of a back end.",
        type: ["object", "null"],
        additionalProperties: layer,
      },
      profiles: {
        description: "Profiles by id.",
        type: ["object", "null"],
        propertyNames: { pattern: "^[A-Za-z0-9_-]+$" },
        additionalProperties: { type: ["object", "null"], additionalProperties: false, properties: properties(true) },
      },
    },
  };
}

const TEXT = { type: ["string", "number", "boolean"] } as const;
const TEXTS = { oneOf: [TEXT, { type: "array", items: TEXT }] } as const;

function typeOf(kind: KeyKind): Readonly<Record<string, unknown>> {
  switch (kind.kind) {
    case "text":
      return TEXT;
    case "whole":
      return { type: "integer", minimum: kind.from, maximum: kind.to };
    case "word":
      return { type: ["string", "integer"], pattern: kind.pattern.source, errorMessage: `Takes ${wantedWords(kind)}` };
    case "choice":
      return { enum: kind.choices.includes("on") ? [...kind.choices, true, false] : kind.choices };
    case "texts":
      return TEXTS;
    case "textsOr":
      return { oneOf: [{ enum: kind.words }, { type: "array", items: TEXT }] };
    case "duration":
      return {
        oneOf: [
          { type: "integer", minimum: 1 },
          { type: "string", pattern: "^(\\d+h)?(\\d+m)?(\\d+s?)?$" },
        ],
      };
    case "environment":
      return { type: "object", additionalProperties: TEXT };
  }
}
