import * as v from "valibot";
import type { HubListing, HubModel, HubScan } from "../ports/hub-client.ts";
import { parseGitSha1, parseSha256 } from "../util/ids.ts";

const text = v.string();
const soft = <T>(schema: v.GenericSchema<unknown, T>) => v.exactOptional(schema);

const model = v.object({
  repository: text,
  commit: v.pipe(text, v.transform(parseGitSha1)),
  gated: v.union([v.literal(false), v.literal("auto"), v.literal("manual")]),
  gatedBecause: soft(text),
  private: v.boolean(),
  licence: soft(text),
  tags: v.array(text),
  task: soft(text),
  library: soft(text),
  parameters: soft(v.number()),
  architecture: soft(text),
  context: soft(v.number()),
});

const scans = v.array(v.object({ path: text, virus: soft(text), pickle: soft(text) }));

/** undefined where another version wrote it. */
export function parseScans(value: unknown): readonly HubScan[] | undefined {
  const parsed = v.safeParse(scans, value);
  return parsed.success ? parsed.output : undefined;
}

/** undefined where another version wrote it. */
export function parseModel(value: unknown): HubModel | undefined {
  const parsed = v.safeParse(model, value);
  if (!parsed.success || parsed.output.commit === undefined) return undefined;
  const { commit, ...told } = parsed.output;
  return { ...told, commit };
}

const listing = v.object({ path: text, sizeBytes: v.number(), sha256: soft(text), gitSha1: soft(text) });

/** undefined where another version wrote it. */
export function parseListings(value: unknown): readonly HubListing[] | undefined {
  const parsed = v.safeParse(v.array(listing), value);
  if (!parsed.success) return undefined;
  return parsed.output.map(({ path, sizeBytes, ...digests }) => {
    const sha256 = parseSha256(digests.sha256 ?? "");
    const gitSha1 = parseGitSha1(digests.gitSha1 ?? "");
    return { path, sizeBytes, ...(sha256 && { sha256 }), ...(gitSha1 && { gitSha1 }) };
  });
}
