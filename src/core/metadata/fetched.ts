import * as v from "valibot";
import type { Row } from "../ports/database.ts";
import { metadataSources } from "../protocol/metadata.ts";
import { json } from "../registry/columns.ts";
import { isRecord } from "../registry/fields.ts";

const text = v.pipe(v.string(), v.nonEmpty());

/** A file as it was when we wrote it: what differs now is a person's, and stays. */
const written = v.object({ path: text, size: v.number(), modified: v.number() });
export type Written = v.InferOutput<typeof written>;

const fetched = v.object({
  from: v.picklist(metadataSources),
  page: v.optional(text),
  at: text,
  /** Names of the fields of `metadata_json` that it brought. */
  metadata: v.array(text),
  /** Names of characteristics whose source `hub` it brought. */
  characteristics: v.array(text),
  /** As it was set: another one is a person's. */
  description: v.optional(text),
  preview: v.optional(text),
  /** What the entry could do before and after, where that is not the same. */
  capabilities: v.optional(v.object({ before: v.array(text), after: v.array(text) })),
  written: v.array(written),
});

/** What a fetch left behind, so that it can be taken away and nothing else. Stands in `metadata_json` as `fetched`. */
export type Fetched = v.InferOutput<typeof fetched>;

export function fetchedOf(entry: Row): Fetched | undefined {
  const parsed = v.safeParse(fetched, metadataOf(entry)["fetched"]);
  return parsed.success ? parsed.output : undefined;
}

/** The copy of a picture that a person chose. Stands in `metadata_json` as `ownPreview`. */
export function ownPreviewOf(entry: Row): Written | undefined {
  const parsed = v.safeParse(written, metadataOf(entry)["ownPreview"]);
  return parsed.success ? parsed.output : undefined;
}

export function metadataOf(entry: Row): Readonly<Record<string, unknown>> {
  const known = json(entry, "metadata_json");
  return isRecord(known) ? known : {};
}
