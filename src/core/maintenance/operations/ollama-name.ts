import type { Row } from "../../ports/database.ts";
import { text } from "../../registry/columns.ts";
import { isSynthetic } from "./collection.ts";

/** `name:tag` of the model in Ollama that an entry stands for; undefined where the entry says none. */
export function ollamaName(row: Row): string | undefined {
  const path = text(row, "path");
  const given =
    text(row, "served_model_id") ??
    (path !== undefined && isSynthetic(path) ? path.slice("ollama://".length) : undefined) ??
    (row["source_provider"] === "ollama" ? text(row, "source_reference") : undefined);
  return given === undefined || given === "" ? undefined : withTag(given);
}

/** Ollama itself means `latest` where no tag is said. */
export const withTag = (name: string): string => (/:[^/]+$/.test(name) ? name : `${name}:latest`);
