import { t } from "@vscode/l10n";
import type { StatsPage, StatsRow, StatsWords } from "../protocol/library-page.ts";
import type { GroupField, ModelStats, Tally } from "../protocol/models.ts";
import { fieldWords, groupLabel } from "./model-filter.ts";
import { sizeWords } from "./units.ts";

/** Bars of a section; what is less is summed up. */
const SHOWN = 40;

/** The collection in numbers: each section's bars by bytes, the greatest first. */
export const statsPage = (stats: ModelStats): StatsPage => ({
  summary: t("{0} models, {1}", stats.count, sizeWords(stats.bytes)),
  sections: [
    section("backend", stats.byBackend),
    section("format", stats.byFormat),
    section("quantization", stats.byQuantization),
    section("location", stats.byLocation),
    section("role", stats.byRole),
  ].filter(({ rows }) => rows.length > 0),
});

function section(field: GroupField, tallies: Readonly<Record<string, Tally>>): StatsPage["sections"][number] {
  const all = Object.entries(tallies).toSorted(
    ([one, a], [other, b]) => b.bytes - a.bytes || b.count - a.count || (one < other ? -1 : 1),
  );
  const rest = all.slice(SHOWN).map(([, tally]) => tally);
  const shown = all.slice(0, SHOWN).map(([name, tally]) => ({
    // The registry's word for those that have none.
    label: groupLabel(field, name === "unknown" ? "" : name),
    tally,
  }));
  if (rest.length > 0) shown.push({ label: t("{0} others", rest.length), tally: sum(rest) });
  const most = {
    count: Math.max(1, ...shown.map(({ tally }) => tally.count)),
    bytes: Math.max(1, ...shown.map(({ tally }) => tally.bytes)),
  };
  return { title: fieldWords(field), rows: shown.map(({ label, tally }) => rowOf(label, tally, most)) };
}

const rowOf = (label: string, { count, bytes }: Tally, most: Tally): StatsRow => ({
  label,
  count: String(count),
  size: sizeWords(bytes),
  countShare: count / most.count,
  sizeShare: bytes / most.bytes,
});

const sum = (tallies: readonly Tally[]): Tally => ({
  count: tallies.reduce((all, { count }) => all + count, 0),
  bytes: tallies.reduce((all, { bytes }) => all + bytes, 0),
});

export const statsPageWords = (): StatsWords => ({
  measure: t("Bars show"),
  bySize: t("size"),
  byCount: t("number of models"),
  share: t("Share"),
  count: t("Models"),
  size: t("Size"),
});
