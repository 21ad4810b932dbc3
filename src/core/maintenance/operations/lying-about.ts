import { folderOf } from "../../downloads/safe-path.ts";
import { readFileName } from "../../identify/file-name.ts";
import type { Finding } from "../../protocol/maintenance.ts";
import type { Litter, Seen, Step, Survey } from "../plan.ts";
import { innermost } from "../survey/disk-facts.ts";
import { collectionOf } from "./collection.ts";
import { othersOf } from "./others.ts";
import { usersOfBlobs } from "./ollama-removal.ts";
import { isBelow } from "./paths.ts";
import { rootsOf } from "./removing.ts";

/** A finding with what would mend it. */
export interface Hurt {
  readonly finding: Omit<Finding, "mended">;
  /** None: it can only be told. */
  readonly cure: readonly Step[];
}

/** Partial files, orphaned blobs and links that lead nowhere. What a running Ollama may be using is told only. */
export function lyingAbout(survey: Survey, litter: Litter): readonly Hurt[] {
  const collection = collectionOf(survey);
  const others = othersOf(survey, collection, new Set());
  /** An entry has it, or it has another name or a link to it somewhere. */
  const claimed = (path: string): boolean => {
    const facts = survey.disk.get(path);
    if (facts?.kind !== "file") return true;
    const free = { kind: "free", path, root: folderOf(path), facts } as const;
    return others.claim(free) !== undefined || others.ties([free]).size > 0;
  };
  const hurt = (kind: Finding["kind"], what: string, seen: Seen, bytes: number, detail: string): Hurt => {
    const busy = isOllamaBusy(survey, what);
    const cure = busy ? [] : goes(survey, litter, what, seen, bytes);
    const words = busy ? `${detail} Ollama runs and clears its store by itself.` : detail;
    return { finding: { kind, what, detail: words, ...(bytes > 0 && { bytes }) }, cure };
  };
  return [
    ...[...litter.partials].flatMap(([path, seen]) =>
      claimed(path)
        ? []
        : [
            hurt(
              "stalePartial",
              path,
              seen,
              seen.size,
              `A download was begun here and not gone on with since ${dayOf(seen)}.`,
            ),
          ],
    ),
    ...[...litter.blobs].flatMap(([path, seen]) => {
      const store = orphanOf(survey, path);
      if (store === undefined || claimed(path)) return [];
      return [hurt("orphan", path, seen, seen.size, `No model of ${store} uses these bytes.`)];
    }),
    ...[...litter.dangling].map(([path, { target, seen }]) =>
      hurt("danglingLink", path, seen, 0, `This link leads to ${target}, where nothing is.`),
    ),
  ];
}

/** The store whose blob it is and in which nothing uses it. A manifest nobody can read may use any. */
function orphanOf({ ollama }: Survey, path: string): string | undefined {
  if (/[\\/](?:models|datasets|spaces)--[^\\/]+[\\/]blobs[\\/][^\\/]+$/.test(path)) return "the Hugging Face cache";
  if (ollama?.root === undefined || !isBelow(path, ollama.root) || (ollama.unreadable ?? []).length > 0)
    return undefined;
  return usersOfBlobs(ollama, new Set()).has(path) ? undefined : "Ollama";
}

const isOllamaBusy = ({ ollama }: Survey, path: string): boolean =>
  ollama?.serverRuns === true && ollama.root !== undefined && isBelow(path, ollama.root);

const dayOf = ({ modified }: Seen): string => new Date(modified).toISOString().slice(0, 10);

/** The walk that found it followed no link, so it lies below its root in truth. */
function goes(survey: Survey, litter: Litter, path: string, seen: Seen, bytes: number): readonly Step[] {
  const root = innermost([...rootsOf(survey), ...litter.roots], path);
  if (root === undefined) return [];
  return survey.trashRoots.has(root)
    ? [{ kind: "trash", path, root, bytes, seen }]
    : [{ kind: "delete", path, bytes, seen }];
}

/** Splits that lack a part, and projectors beside which there is no model. */
export function oddFolders({ odd }: Litter): readonly Hurt[] {
  return [...odd].flatMap(([folder, names]) => [...incomplete(folder, names), ...lonely(folder, names)]);
}

function incomplete(folder: string, names: readonly string[]): readonly Hurt[] {
  const parts = names.flatMap((name) => {
    const { group, part } = readFileName(name);
    return part ? [{ name, group, ...part }] : [];
  });
  return [...Map.groupBy(parts, ({ group, count }) => `${group}/${count}`).values()].flatMap((some) => {
    const [first] = some;
    const there = new Set(some.map(({ index }) => index));
    if (first === undefined || there.size >= first.count) return [];
    const detail = `Of ${first.count} parts ${first.count - there.size} ${first.count - there.size === 1 ? "is" : "are"} missing: download the model again.`;
    return [{ finding: { kind: "incompleteSplit", what: `${folder}/${first.name}`, detail } as const, cure: [] }];
  });
}

function lonely(folder: string, names: readonly string[]): readonly Hurt[] {
  const roles = names.map((name) => ({ name, role: readFileName(name).role }));
  if (roles.some(({ role }) => role === "weights")) return [];
  const detail = "No model lies beside this projector, so nothing uses it.";
  return roles.flatMap(({ name, role }) =>
    role === "projector"
      ? [{ finding: { kind: "lonelyProjector", what: `${folder}/${name}`, detail } as const, cure: [] }]
      : [],
  );
}
