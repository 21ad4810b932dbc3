import type { Row } from "../../ports/database.ts";
import type { Finding, KeptBack } from "../../protocol/maintenance.ts";
import { text } from "../../registry/columns.ts";
import { nameEntry } from "../../registry/entry-naming.ts";
import type { NewEntry } from "../../registry/new-entry.ts";
import { isTestingName } from "../../registry/testing-name.ts";
import type { FoundModel, StoreReport } from "../../stores/found.ts";
import type { Decision, Survey } from "../plan.ts";
import type { Slices } from "../slices.ts";
import { type Collection, collectionInSlices, isSynthetic } from "./collection.ts";
import { type Draft, type RowChange, draftInSlices, hasRows, withChanges } from "./draft.ts";
import { collectionTables } from "../survey/read-rows.ts";
import { entryOfFound } from "./entry-of-found.ts";
import { nameApart } from "./name-apart.ts";
import { ollamaName } from "./ollama-name.ts";
import { type Owned, ownedOf, renamed } from "./owned.ts";
import { isBelow } from "./paths.ts";
import { createRecogniser } from "./recognise.ts";
import { addition, refreshed } from "./refresh.ts";
import { lockedBack } from "./row-steps.ts";

export interface AdoptOptions {
  readonly updateExisting: boolean;
  readonly includeTesting: boolean;
  /** What the place of new entries is called, whatever location they lie in. */
  readonly location?: string | undefined;
}

/** What was adopted, for those who decide more. */
export interface Adopted {
  readonly draft: Draft;
  readonly collection: Collection;
  /** The entry each found model is now; those that were left out are absent. */
  readonly names: ReadonlyMap<FoundModel, string>;
  readonly keptBack: readonly KeptBack[];
  readonly findings: readonly Finding[];
}

/** What stores hold becomes entries: new ones are added, known ones left or refreshed. No file is touched. */
export function* adopt(found: readonly StoreReport[], survey: Survey, options: AdoptOptions): Slices<Decision> {
  const { draft, keptBack, findings } = yield* adoptInSlices(found, survey, options);
  return { steps: yield* draft.stepsInSlices(), keptBack, findings };
}

export function* adoptInSlices(found: readonly StoreReport[], survey: Survey, options: AdoptOptions): Slices<Adopted> {
  const collection = yield* collectionInSlices(
    survey,
    options.updateExisting ? ["files", "characteristics"] : ["files"],
  );
  const draft = yield* draftInSlices(
    survey,
    options.updateExisting ? collectionTables : ["entries", "files", "shapes"],
  );
  const recogniser = createRecogniser(survey, collection, found);
  const names = new Map<FoundModel, string>();
  const keptBack: KeptBack[] = [];
  const findings: Finding[] = [];
  const done = new Set<string>();
  /** Each entry is one model: the first that was taken for it. */
  const used = new Set<string>();
  const isTaken = (name: string): boolean => hasRows(draft, name);
  const skipped = (what: string, detail: string): void =>
    void findings.push({ kind: "skipped", what, detail, mended: false });

  /** A locked entry stays as it is. */
  function change(owner: string, changes: readonly RowChange[]): boolean {
    if (!draft.differs(changes)) return true;
    if (collection.isLocked(owner)) {
      keptBack.push(lockedBack(owner));
      return false;
    }
    draft.put(changes);
    return true;
  }

  function move(owned: Owned, model: FoundModel, entry: NewEntry): void {
    const apart = isTaken(nameEntry(entry)) ? nameApart(entry, model, isTaken) : entry;
    const target = nameEntry(apart);
    const moved = renamed(owned, target, { backend: entry.backend });
    // What is refreshed is looked at as it is after the move.
    const changes = [...moved.changes, ...refreshed(survey, withChanges(draft, moved.changes), moved.owned, apart)];
    used.add(owned.name);
    if (change(owned.name, changes)) note(model, target);
  }

  function note(model: FoundModel, name: string): void {
    names.set(model, name);
    used.add(name);
    recogniser.learn(model, name);
  }

  function take(model: FoundModel, root: string): void {
    const entry = entryOfFound(survey, model, options.location);
    const who = recogniser.of(model, root);
    if (who.kind === "sameFile") return skipped(model.path, `it is the file of ${who.name}, ${who.path}`);
    const plain = nameEntry(entry);
    const isKnown = who.kind === "known" && !used.has(who.name);
    const known = isKnown ? who.name : sameByName(plain, model);
    const name = known ?? plain;
    if (!options.includeTesting && isTestingName(name, survey.testingPatterns)) return;
    const owned = known === undefined ? undefined : ownedOf(collection, known);
    if (owned === undefined) {
      const apart = isTaken(plain) ? nameApart(entry, model, isTaken) : entry;
      draft.put(addition(draft, nameEntry(apart), apart));
      return note(model, nameEntry(apart));
    }
    const { shown, discovered } = owned.layers;
    if (shown["backend"] === "unassigned" && model.backend !== "unassigned" && isKnown)
      return move(owned, model, entry);
    // A curated entry alone has nothing of its own on the disk: what was found goes over it.
    if (discovered === undefined || options.updateExisting) {
      if (change(owned.name, refreshed(survey, draft, owned, entry))) note(model, owned.name);
      return undefined;
    }
    note(model, owned.name);
    if (!isKnown) skipped(model.path, `${owned.name} is there already, without a file; it can be updated`);
    return undefined;
  }

  /** An entry of that name which has no other bytes: it is the one that was found. */
  function sameByName(name: string, model: FoundModel): string | undefined {
    const row = collection.shown(name);
    if (row === undefined || !isTaken(name) || used.has(name)) return undefined;
    const [from, of] = [text(row, "source_reference"), model.source?.reference];
    if (from !== undefined && of !== undefined && from.toLowerCase() !== of.toLowerCase()) return undefined;
    const path = text(row, "path");
    if (path === undefined || isSynthetic(path)) return name;
    if (model.servedModelId !== undefined && ollamaName(row) === model.servedModelId) return name;
    return survey.disk.get(path)?.kind === "absent" ? name : undefined;
  }

  for (const { root, models } of found)
    for (const model of models) {
      // Roots may lie in each other.
      const id = `${model.path}|${model.servedModelId ?? ""}`;
      if (!done.has(id)) take(model, root);
      done.add(id);
      yield;
    }
  findings.push(...missingBelow(survey, collection, found, draft));
  return { draft, collection, names, keptBack, findings };
}

/** Entries that lost their path below what was read, and did not get another. */
function missingBelow(
  { disk }: Survey,
  collection: Collection,
  found: readonly StoreReport[],
  draft: Draft,
): readonly Finding[] {
  return collection.names.flatMap((name): readonly Finding[] => {
    const row: Row | undefined = collection.shown(name);
    const path = row && text(row, "path");
    if (row === undefined || path === undefined || disk.get(path)?.kind !== "absent") return [];
    const now = draft.get("entries", String(row["key"]));
    if (now?.["path"] !== path || !found.some(({ root }) => path === root || isBelow(path, root))) return [];
    return [{ kind: "missing", what: name, detail: `nothing lies at ${path} any more`, mended: false }];
  });
}
