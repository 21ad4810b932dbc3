import { folderOf } from "../../downloads/safe-path.ts";
import type { Row } from "../../ports/database.ts";
import type { KeptBack } from "../../protocol/maintenance.ts";
import { number, text } from "../../registry/columns.ts";
import type { Decision, Seen, Step, Survey } from "../plan.ts";
import { type Collection, isLogicalOnly, isSynthetic } from "./collection.ts";
import { createJudge } from "./judge.ts";
import { modelOf, removeModels, whyOutOfReach } from "./ollama-removal.ts";
import { othersOf } from "./others.ts";
import { isBelow } from "./paths.ts";
import { type Free, findingOf, takeAway } from "./removing.ts";
import { clearDownload, removeRow } from "./row-steps.ts";

export interface FilesRemoval {
  /** The files' steps, and all that stays. */
  readonly decision: Decision;
  /** Entries that nothing holds back as a whole. */
  readonly entries: readonly string[];
  /** What becomes of the rows of one of them where the entry stays. */
  readonly logical: (name: string) => readonly Step[];
}

/** @param names entries that are there and not locked */
export function decideFiles(survey: Survey, collection: Collection, names: readonly string[]): FilesRemoval {
  const keptBack: KeptBack[] = [];
  const entries = names.filter((name) => {
    const reason = whyUnreachable(survey, collection, name);
    if (reason !== undefined) keptBack.push({ what: name, reason });
    return reason === undefined;
  });
  const going = new Set(entries);
  const others = othersOf(survey, collection, going);
  const models = removeModels(survey, collection, going, others);
  keptBack.push(...models.keptBack);
  const judge = createJudge(survey, others, models);

  const gone = new Set<string>();
  const candidates = new Map<string, Free>(models.files.map((free) => [placeOf(free), free]));
  const places = new Map<string, string>();
  for (const name of entries)
    for (const path of targetsOf(survey, collection, name)) {
      const found = judge.path(path, oursOf(collection, name));
      if (found.kind === "gone") gone.add(path);
      else if (found.kind === "kept" || found.kind === "unreachable")
        keptBack.push({ what: path, reason: found.reason });
      else {
        places.set(path, placeOf(found));
        candidates.set(placeOf(found), found);
      }
    }
  const folders = foldersOf([...candidates.values()]);
  for (const link of [...candidates.values()].filter(({ facts }) => facts.kind === "link")) {
    if (candidates.has(link.facts.real) || liesIn(folders, link.facts.real)) continue;
    const found = judge.target(link);
    if (found.kind === "free") candidates.set(placeOf(found), found);
    else if (found.kind !== "gone") keptBack.push({ what: link.facts.real, reason: found.reason });
  }
  const ties = others.ties([...candidates.values()]);
  for (const [what, reason] of ties) keptBack.push({ what, reason });
  const untied = [...candidates.values()].filter(({ path }) => !ties.has(path));
  const leaving = untied.filter(({ path, facts }) => {
    const stays = facts.kind === "folder" ? keptBack.find(({ what }) => isBelow(what, path)) : undefined;
    if (stays !== undefined) keptBack.push({ what: path, reason: `${stays.what} stays, and lies in it` });
    return stays === undefined;
  });
  const left = new Set(leaving.map(placeOf));
  for (const [path, place] of places) if (left.has(place)) gone.add(path);

  return {
    decision: { steps: [...models.steps, ...takeAll(survey, collection, leaving)], keptBack: eachOnce(keptBack) },
    entries,
    logical: (name) => {
      const model = new Set(ownBlobs(survey, collection, name));
      const modelStays = modelOf(survey, collection, name) !== undefined && !models.entries.has(name);
      const isGone = (path: string): boolean => (isSynthetic(path) || model.has(path) ? !modelStays : gone.has(path));
      return logicalRows(collection, name, isGone);
    },
  };
}

/** Two paths that lead to one file are one thing to take away; a link is a thing of its own. */
const placeOf = ({ path, facts }: Free): string => (facts.kind === "link" ? path : facts.real);

/** All paths of the entry; what goes as an Ollama model, and folders whose files are known one by one, are left out. */
function targetsOf(survey: Survey, collection: Collection, name: string): readonly string[] {
  const files = pathsOf(collection.files(name));
  const own = pathsOf(collection.rows(name)).filter((path) => !files.some((file) => isBelow(file, path)));
  const blobs = new Set(ownBlobs(survey, collection, name));
  return [...new Set([...files, ...own])].filter((path) => !blobs.has(path));
}

const pathsOf = (rows: readonly Row[]): readonly string[] =>
  rows.flatMap((row) => text(row, "path") ?? []).filter((path) => !isSynthetic(path));

/** Of the model an Ollama entry stands for. */
function ownBlobs(survey: Survey, collection: Collection, name: string): readonly string[] {
  const model = modelOf(survey, collection, name);
  return model === undefined ? [] : (survey.ollama?.models.get(model)?.blobs ?? []);
}

/** An entry of which a part is out of reach is left whole. */
function whyUnreachable(survey: Survey, collection: Collection, name: string): string | undefined {
  for (const path of targetsOf(survey, collection, name)) {
    const found = findingOf(survey, path, () => false);
    if (found.kind === "unreachable") return `${path}: ${found.reason}`;
  }
  return whyOutOfReach(survey, collection, name);
}

/** A row says that what lies there is what was put there. */
const oursOf =
  (collection: Collection, name: string) =>
  (seen: Seen): boolean =>
    collection
      .files(name)
      .some((row) => text(row, "identity") === seen.identity && number(row, "size_bytes") === seen.size);

/** What lies in a folder that goes goes with it. Bytes with several names are counted once. */
function takeAll(survey: Survey, collection: Collection, leaving: readonly Free[]): readonly Step[] {
  const folders = foldersOf(leaving);
  const counted = new Set<string>();
  return leaving.flatMap((free) => {
    if (liesIn(folders, free.path) || liesIn(folders, placeOf(free))) return [];
    const { facts } = free;
    const bytes = counted.has(facts.seen.identity) || facts.kind === "link" ? 0 : sizeOf(collection, free);
    if (facts.kind === "file") counted.add(facts.seen.identity);
    return [takeAway(survey, free, bytes)];
  });
}

const foldersOf = (found: readonly Free[]): ReadonlySet<string> =>
  new Set(found.flatMap(({ path, facts }) => (facts.kind === "folder" ? [path, facts.real] : [])));

function liesIn(folders: ReadonlySet<string>, path: string): boolean {
  if (folders.size === 0) return false;
  for (let at = path, folder = folderOf(at); folder !== at; at = folder, folder = folderOf(at))
    if (folders.has(folder)) return true;
  return false;
}

/** What a folder holds only its entry can say. */
function sizeOf(collection: Collection, { path, facts }: Free): number {
  if (facts.kind === "file") return facts.seen.size;
  const sizes = collection
    .havingPath(path)
    .flatMap(collection.rows)
    .map((row) => number(row, "size_bytes") ?? 0);
  return Math.max(0, ...sizes);
}

function logicalRows(collection: Collection, name: string, isGone: (path: string) => boolean): readonly Step[] {
  const files = collection.files(name);
  const goneRows = files.filter((row) => isGone(text(row, "path") ?? ""));
  const left = pathsOf(files.filter((row) => !goneRows.includes(row)));
  const cleared = collection.rows(name).filter((row) => {
    const path = text(row, "path");
    if (path === undefined || isLogicalOnly(row)) return false;
    if (isGone(path)) return true;
    return goneRows.some((file) => isBelow(text(file, "path") ?? "", path)) && !left.some((one) => isBelow(one, path));
  });
  return [...cleared.flatMap(clearDownload), ...goneRows.map((row) => removeRow("files", row))];
}

const eachOnce = (keptBack: readonly KeptBack[]): readonly KeptBack[] => [
  ...new Map(keptBack.map((one) => [one.what, one])).values(),
];
