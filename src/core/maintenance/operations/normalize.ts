import * as v from "valibot";
import type { Row } from "../../ports/database.ts";
import type { Finding, KeptBack } from "../../protocol/maintenance.ts";
import { json, text } from "../../registry/columns.ts";
import { nameEntry, typeable } from "../../registry/entry-naming.ts";
import type { EntryName } from "../../util/ids.ts";
import { isRecord } from "../../registry/fields.ts";
import type { FoundModel } from "../../stores/found.ts";
import { type Operation, decidedInSlices } from "../operation.ts";
import type { Survey } from "../plan.ts";
import { off, on } from "./choices.ts";
import { type Collection, collectionInSlices, isSynthetic } from "./collection.ts";
import { detected, tellingFiles } from "./detect.ts";
import { type Draft, type RowChange, draftInSlices, hasRows, withChanges } from "./draft.ts";
import { collectionTables } from "../survey/read-rows.ts";
import { headsOf, rebuildWants } from "./normalize-wants.ts";
import { type Owned, ownedOf, renamed } from "./owned.ts";
import { rebuilt } from "./rebuild.ts";
import { lockedBack, removeEntries } from "./row-steps.ts";

const options = v.strictObject({
  /** Size, file list, checksum, characteristics and shape, too. */
  rebuild: off,
  /** Entries whose path is gone are removed; one whose drive is not there is not gone. */
  pruneMissing: off,
  backup: on,
});

type Options = v.InferOutput<typeof options>;

/** Looks again at what every entry with a path is. */
export const normalize: Operation<Options> = {
  name: "normalize",
  options,
  backup: true,
  wants: ({ rebuild }, places) => ({ heads: headsOf, ...(rebuild && rebuildWants(places)) }),
  ...decidedInSlices<Options>(function* (survey, { rebuild, pruneMissing }) {
    const collection = yield* collectionInSlices(survey, rebuild ? ["files", "characteristics"] : ["files"]);
    const draft = yield* draftInSlices(survey, rebuild ? collectionTables : ["entries"]);
    const found = new Map((survey.found ?? []).flatMap(({ models }) => models.map((model) => [model.path, model])));
    const keptBack: KeptBack[] = [];
    const findings: Finding[] = [];
    const gone: Row[] = [];
    for (const name of collection.names) {
      yield;
      const path = text(collection.shown(name) ?? {}, "path");
      if (path === undefined || isSynthetic(path)) continue;
      const reason = awayFor(survey, path);
      if (reason !== undefined) keptBack.push({ what: name, reason });
      else if (survey.disk.get(path)?.kind === "absent") {
        if (pruneMissing) gone.push(...collection.rows(name).filter((row) => isGone(survey, row)));
        else findings.push(missing(name, path));
      } else {
        const owned = ownedOf(collection, name);
        if (owned) settle(survey, collection, draft, owned, rebuild ? found.get(path) : undefined, rebuild, keptBack);
      }
    }
    const pruned = removeEntries(collection, gone);
    const steps = yield* draft.stepsInSlices();
    return { steps: [...steps, ...pruned.steps], keptBack: [...keptBack, ...pruned.keptBack], findings };
  }),
};

/** Why nobody can tell now whether it is there. */
function awayFor({ disk }: Survey, path: string): string | undefined {
  const facts = disk.get(path);
  if (facts?.kind === "offline") return "its drive is not there";
  return facts?.kind === "unreadable" ? facts.reason : undefined;
}

/** A curated row without a path stays, and shows again. */
const isGone = ({ disk }: Survey, row: Row): boolean => disk.get(text(row, "path") ?? "")?.kind === "absent";

const missing = (name: string, path: string): Finding => ({
  kind: "missing",
  what: name,
  detail: `nothing lies at ${path} any more`,
  mended: false,
});

function settle(
  survey: Survey,
  collection: Collection,
  draft: Draft,
  owned: Owned,
  found: FoundModel | undefined,
  rebuild: boolean,
  keptBack: KeptBack[],
): void {
  const { shown } = owned.layers;
  const told = found ?? detected(survey, shown, tellingFiles(survey, text(shown, "path") ?? "", owned.files));
  const quantization = told?.quantization?.toLowerCase() ?? text(shown, "quantization");
  const now = { format: told?.format ?? text(shown, "format") ?? null, quantization: quantization ?? null };
  const { owned: after, changes: moved } = named(draft, owned, now);
  const ahead = moved.length === 0 ? draft : withChanges(draft, moved);
  const changes = [
    ...moved,
    ...(rebuild
      ? withChecksum(survey, owned.name, after, rebuilt(survey, ahead, after, found, told))
      : rowsWith(after, now)),
  ];
  if (!draft.differs(changes)) return;
  if (collection.isLocked(owned.name)) keptBack.push(lockedBack(owned.name));
  else draft.put(changes);
}

/**
 * An entry whose name lacks the quantization, as it was not known, or holds a dash that nobody can type, is named anew
 * where nobody has that name.
 */
function named(
  draft: Draft,
  owned: Owned,
  now: Row,
): { readonly owned: Owned; readonly changes: readonly RowChange[] } {
  const name = nameNow(owned, now);
  return name === owned.name || hasRows(draft, name) ? { owned, changes: [] } : renamed(owned, name, {});
}

function nameNow({ name: given, layers: { shown } }: Owned, now: Row): EntryName {
  const name = typeable(given);
  const parts = { family: text(shown, "family") ?? "", backend: text(shown, "backend") ?? "unassigned" };
  const quantization = text(now, "quantization");
  if (text(shown, "quantization") !== undefined || quantization === undefined) return name;
  return nameEntry({ ...parts, format: text(shown, "format") }) === name
    ? nameEntry({ ...parts, format: text(now, "format"), quantization })
    : name;
}

/** Format and quantization in every row that has the path. */
const rowsWith = ({ layers: { shown, discovered, curated } }: Owned, now: Row): readonly RowChange[] =>
  [discovered, curated].flatMap((row): readonly RowChange[] =>
    row === undefined || row["path"] !== shown["path"]
      ? []
      : [{ table: "entries", key: String(row["key"]), row: { ...row, ...now } }],
  );

/** In the row that shows: it stands in the metadata, as an import has it. @param asked the name it was asked under */
function withChecksum(
  { checksums }: Survey,
  asked: string,
  { layers: { shown } }: Owned,
  changes: readonly RowChange[],
): readonly RowChange[] {
  const sum = checksums?.get(asked);
  if (sum === undefined) return changes;
  return changes.map((change) => {
    if (change.table !== "entries" || change.key !== shown["key"] || change.row === null) return change;
    const known = json(change.row, "metadata_json");
    const metadata = { ...(isRecord(known) ? known : {}), download_directory_checksum: sum };
    return isRecord(known) && known["download_directory_checksum"] === sum
      ? change
      : { ...change, row: { ...change.row, metadata_json: JSON.stringify(metadata) } };
  });
}
