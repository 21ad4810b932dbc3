import { modelKey } from "../fit/model-key.ts";
import { capabilitiesOf } from "../identify/capabilities-of.ts";
import type { Clock } from "../ports/clock.ts";
import type { Edit } from "../ports/database.ts";
import type { MakeDigest } from "../ports/digest.ts";
import type { Files } from "../ports/files.ts";
import type { Characteristic } from "../protocol/models.ts";
import { text, texts } from "../registry/columns.ts";
import type { Registry } from "../registry/registry.ts";
import type { ServerFacts } from "./backends/llama-cpp-facts.ts";

interface Deps {
  readonly registry: Pick<Registry, "commit" | "query">;
  readonly files: Pick<Files, "stat">;
  readonly digest: MakeDigest;
  readonly clock: Pick<Clock, "wall">;
}

/**
 * What a server said, kept by model, template and build; its characteristics and the capabilities that follow.
 * @param path of the entry's first file
 */
export async function keepAnswers(
  { registry, files, digest, clock }: Deps,
  entry: string,
  path: string,
  { template, build }: ServerFacts,
  learned: readonly Characteristic[],
): Promise<void> {
  const hash = digest("sha256");
  hash.update(new TextEncoder().encode(template));
  const key = [(await modelKey(path, registry, files)) ?? path, hash.hex(), build].join("|");
  const at = new Date(clock.wall()).toISOString();
  await registry.commit([
    { table: "probes", key, after: { key, entry, at, body_json: JSON.stringify(learned) } },
    ...learned.map((one) => characteristicEdit(entry, one)),
    ...(await capabilityEdits(registry, entry, learned)),
  ]);
}

function characteristicEdit(entry: string, { name, value, source, confidence }: Characteristic): Edit {
  const key = `${entry}|${name}|${source}`;
  const after = { key, entry, name, value_json: JSON.stringify(value), source, confidence };
  return { table: "characteristics", key, after };
}

/** The server's yes and no hold, unless a person said otherwise; of what it does not speak nothing changes. */
async function capabilityEdits(
  registry: Pick<Registry, "query">,
  entry: string,
  learned: readonly Characteristic[],
): Promise<readonly Edit[]> {
  const said = await registry.query("SELECT name FROM characteristics WHERE entry = ? AND source = 'person'", [entry]);
  const persons = new Set(said.map((row) => text(row, "name")));
  const judged = learned.filter(({ name, value }) => typeof value === "boolean" && !persons.has(name));
  const yes = capabilitiesOf(judged.filter(({ value }) => value === true));
  const no = capabilitiesOf(judged.filter(({ value }) => value === false).map((one) => ({ ...one, value: true })));
  const [row] = await registry.query("SELECT * FROM entries WHERE name = ? ORDER BY layer DESC LIMIT 1", [entry]);
  if (!row) return [];
  const had = texts(row, "capabilities_json");
  const has = [...new Set([...had.filter((one) => !no.includes(one)), ...yes])];
  if (has.length === had.length && has.every((one) => had.includes(one))) return [];
  const after = { ...row, capabilities_json: JSON.stringify(has) };
  return [{ table: "entries", key: text(row, "key") ?? "", after, basis: row }];
}
