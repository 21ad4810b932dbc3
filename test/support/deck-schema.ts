import { writeFile } from "node:fs/promises";
import path from "node:path";
import { deckSchema } from "../../src/core/serving/yaml/deck-schema.ts";

/** Of the schema that package.json contributes. */
export const schemaFile = path.join(import.meta.dirname, "../../media/modeldeck.schema.json");

if (import.meta.main) await writeFile(schemaFile, `${JSON.stringify(deckSchema(), undefined, 2)}\n`);
