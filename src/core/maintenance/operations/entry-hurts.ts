import type { Row } from "../../ports/database.ts";
import { characteristicSources } from "../../protocol/models.ts";
import { flag, text } from "../../registry/columns.ts";
import type { Survey } from "../plan.ts";
import { collectionOf } from "./collection.ts";
import type { Hurt } from "./lying-about.ts";
import { pathOf } from "./lost.ts";
import { pruneDuplicates } from "./prune-duplicates.ts";
import { copiesOf, equalBytes, recordedDigest } from "./same-bytes.ts";

/** Entries that stand for the same model as another: each group with the steps that leave one of them. */
export function twins(survey: Survey): readonly Hurt[] {
  const { steps } = pruneDuplicates.decide(survey, {});
  const names = new Set(
    steps.flatMap((step) =>
      step.kind === "row" && step.table === "entries" && step.after === null ? (step.before?.["name"] ?? []) : [],
    ),
  );
  const detail = "Another entry has the same family, back end, format and quantization, and more is known of it.";
  // One decision: roles move from one to another.
  return [...names].map((name) => ({ finding: { kind: "twin", what: String(name), detail } as const, cure: steps }));
}

/** What is locked to digests, and is recorded with others or lies there changed. */
export function drifts(survey: Survey): readonly Hurt[] {
  const { entries, disk, drifted = new Set<string>() } = survey;
  const collection = collectionOf(survey);
  const locked = new Set(
    entries.filter((row) => flag(row, "locked") && text(row, "lock_sha256")).map((row) => String(row["name"])),
  );
  const isChanged = (row: Row): boolean => {
    const facts = disk.get(pathOf(row));
    const time = row["modified"];
    if (facts?.kind !== "file") return false;
    return (
      facts.seen.size !== row["size_bytes"] || (typeof time === "number" && Math.floor(time) !== facts.seen.modified)
    );
  };
  return [...locked].flatMap((name) => {
    const changed = collection.files(name).find(isChanged);
    if (!drifted.has(name) && changed === undefined) return [];
    const detail = drifted.has(name)
      ? "Its files are not those its version lock names: download it again, or lock it anew."
      : `${pathOf(changed ?? {})} was changed after it was locked: verify it.`;
    return [{ finding: { kind: "drift", what: name, detail } as const, cure: [] }];
  });
}

/** Formats whose files can run code when they are loaded. */
export function unsafeOnes({ characteristics }: Survey): readonly Hurt[] {
  const own = characteristics.filter((row) => row["name"] === "unsafe");
  const order = (row: Row): number => characteristicSources.findIndex((source) => source === row["source"]);
  return [...Map.groupBy(own, (row) => String(row["entry"]))].flatMap(([name, rows]) => {
    const [best] = rows.toSorted((one, other) => order(one) - order(other));
    const detail = "Its format can run code when it is loaded: take safetensors or GGUF instead.";
    return best?.["value_json"] === "true"
      ? [{ finding: { kind: "unsafe", what: name, detail } as const, cure: [] }]
      : [];
  });
}

/** By digests that are recorded; nothing is hashed. */
export function recordedDuplicates(survey: Survey): readonly Hurt[] {
  return [...equalBytes(copiesOf(survey), recordedDigest).values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const bytes = others.reduce((sum, { facts }) => sum + facts.seen.size, 0);
    const detail = `The same bytes lie at ${others.map(({ path }) => path).join(", ")} too: share the files.`;
    return [{ finding: { kind: "duplicateBytes", what: first.path, detail, bytes } as const, cure: [] }];
  });
}
