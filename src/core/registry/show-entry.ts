import type { Database } from "../ports/database.ts";
import { type Characteristic, type EntryDetails, characteristicSources } from "../protocol/models.ts";
import { effective } from "../identify/effective.ts";
import { json, text, texts } from "./columns.ts";
import { isTesting } from "./entry-query.ts";
import { characteristicOf, entryOf, fileOf } from "./entry-row.ts";
import { isRecord } from "./fields.ts";
import { basisOf, readLayers } from "./layers.ts";
import type { Known } from "./known.ts";
import { backendConfigOf, curatedDifferences } from "./person-fields.ts";

/** Files by path; characteristics by name, the most trusted source first. Rejects with `notFound`. */
export async function showEntry(database: Database, known: Known, name: string): Promise<EntryDetails> {
  const testing = isTesting(known.testingPatterns);
  const [layers, files, characteristics, tested] = await Promise.all([
    readLayers(database, name),
    database.query("SELECT * FROM files WHERE entry = ? ORDER BY path", [name]),
    database.query("SELECT * FROM characteristics WHERE entry = ? ORDER BY name", [name]),
    database.query(`SELECT ${testing.sql} AS testing FROM (SELECT ? AS name) e`, [...testing.parameters, name]),
  ]);
  const { shown } = layers;
  const every = characteristics.flatMap((one) => characteristicOf(one) ?? []).toSorted(byTrust);
  const metadata = json(shown, "metadata_json");
  const [state = "missing"] = await known.presence.look([shown]);
  const [notes, description] = [text(shown, "notes"), text(shown, "description")];
  const curated = curatedDifferences(layers);
  return {
    ...entryOf(shown, state, tested[0]?.["testing"] === 1, effective(every)),
    basis: basisOf(layers, known.digest),
    backendConfig: backendConfigOf(shown),
    extraArgs: texts(shown, "extra_args_json"),
    ...(notes !== undefined && { notes }),
    ...(description !== undefined && { description }),
    ...(curated !== undefined && { curated }),
    files: files.flatMap((file) => fileOf(file) ?? []),
    characteristics: every,
    metadata: isRecord(metadata) ? metadata : {},
  };
}

const byTrust = (a: Characteristic, b: Characteristic): number =>
  a.name === b.name
    ? characteristicSources.indexOf(a.source) - characteristicSources.indexOf(b.source)
    : a.name < b.name
      ? -1
      : 1;
