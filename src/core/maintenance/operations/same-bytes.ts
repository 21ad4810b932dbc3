import type { Row } from "../../ports/database.ts";
import { readFileName } from "../../identify/file-name.ts";
import { text } from "../../registry/columns.ts";
import type { Survey } from "../plan.ts";
import { isSynthetic } from "./collection.ts";
import { pathOf } from "./lost.ts";
import type { Present } from "./removing.ts";

/** One file of the disk, by whatever name the walks met first. */
export interface Copy {
  readonly path: string;
  readonly facts: Present;
  /** Of the registry. */
  readonly row: Row | undefined;
  /** Further paths that we know of the same file: other names, not links to it. */
  readonly names: readonly string[];
}

/** Model files of the registry and those found beside, each file of the disk once. Links are none: they hold no bytes. */
export function copiesOf(survey: Survey): readonly Copy[] {
  const byReal = new Map<string, Omit<Copy, "names">>();
  const add = (path: string, row: Row | undefined): void => {
    const facts = survey.disk.get(path);
    if (facts?.kind !== "file" || facts.seen.size === 0 || /[\\/]\.modeldeck-trash[\\/]/.test(path)) return;
    if (!byReal.has(facts.real)) byReal.set(facts.real, { path, facts, row });
  };
  for (const row of survey.files) if (!isSynthetic(pathOf(row)) && isModelFile(pathOf(row))) add(pathOf(row), row);
  for (const { path } of survey.sameSize ?? []) add(path, undefined);
  // Volumes without inodes call them all 0.
  const fileOf = ({ path, facts: { seen } }: Omit<Copy, "names">): string =>
    seen.identity.endsWith(":0") ? `path ${path}` : seen.identity;
  return [...Map.groupBy(byReal.values(), fileOf).values()].flatMap((same) => {
    const [first, ...others] = same;
    return first === undefined ? [] : [{ ...first, names: others.map(({ path }) => path) }];
  });
}

/** Blobs are named by their digest alone. */
const isModelFile = (path: string): boolean =>
  readFileName(path).format !== undefined || /[\\/](?:sha256-)?[0-9a-f]{64}$/.test(path);

/** Those of which there is another of the same size. */
export const equalSizes = (copies: readonly Copy[]): readonly Copy[] =>
  [...Map.groupBy(copies, ({ facts }) => facts.seen.size).values()].filter((some) => some.length > 1).flat();

/** By digest, of those that have one: groups of two and more. */
export function equalBytes(
  copies: readonly Copy[],
  digestOf: (copy: Copy) => string | undefined,
): ReadonlyMap<string, readonly Copy[]> {
  const groups = Map.groupBy(copies, (copy) => {
    const digest = digestOf(copy);
    return digest && `${digest} ${copy.facts.seen.size}`;
  });
  return new Map(
    [...groups].flatMap(([key, group]) =>
      key === undefined || group.length < 2 ? [] : [[key.split(" ", 1)[0] ?? "", group] as const],
    ),
  );
}

/** As the registry has it of the bytes that lie there now. */
export function recordedDigest({ row, facts }: Copy): string | undefined {
  if (row === undefined || row["size_bytes"] !== facts.seen.size) return undefined;
  const time = row["modified"];
  return typeof time === "number" && Math.floor(time) !== facts.seen.modified ? undefined : text(row, "sha256");
}
