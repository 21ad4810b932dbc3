import { t } from "@vscode/l10n";
import type { Characteristic, Entry, EntryDetails, EntryFile, Place, Proof } from "../protocol/models.ts";
import { type Ability, abilities, badgesOf, isAbleTo, isGuess, isUnsafe, markWords, takesContext } from "./badges.ts";
import { characteristicWords, sourceWords, valueWords } from "./characteristic-words.ts";
import { eachPlace } from "./each-place.ts";
import { fitLines } from "./fit-words.ts";
import { code, paragraphs, plain, table } from "./markdown.ts";
import { sizeWords } from "./units.ts";

/** How an entry stands in a list. */
export interface ModelRow {
  readonly label: string;
  /** As `4.9 GB · Q4_K_M · 8B · 128K · vision? · unverified`. */
  readonly description: string;
  /** Name of a codicon. */
  readonly icon: string;
  /** What is wrong or under way, for the icon's colour. */
  readonly mark: "none" | "serving" | "missing" | "offline" | "unsafe" | "unverified";
}

/**
 * @param serving whether a server has it loaded, or is loading it
 * @param less what that was given less of than was asked for, in a few words; may be empty
 */
export function modelRow(entry: Entry, serving: boolean, less = ""): ModelRow {
  // First, as a narrow view cuts off the rest.
  const alarms = [
    entry.state === "missing" ? markWords.missing() : "",
    entry.state === "offline" ? markWords.offline() : "",
    isUnsafe(entry) ? markWords.unsafe() : "",
    serving ? less : "",
  ];
  const marks = [
    serving ? t("serving") : "",
    entry.state === "logical" ? t("not downloaded") : "",
    entry.state === "installed" && entry.proof === "unverified" ? t("unverified") : "",
    entry.deprecated ? t("deprecated") : "",
    entry.locked ? t("locked") : "",
    entry.testing ? t("testing") : "",
  ];
  const parts = [
    ...alarms,
    entry.sizeBytes === undefined ? "" : sizeWords(entry.sizeBytes),
    // Most display names end with it already.
    namesQuantization(entry) ? "" : (entry.quantization ?? "").toUpperCase(),
    ...badgesOf(entry),
    ...marks,
  ];
  return {
    label: entry.displayName,
    description: parts.filter((part) => part !== "").join(" · "),
    ...look(entry, serving),
  };
}

const namesQuantization = ({ displayName, quantization }: Entry): boolean =>
  quantization !== undefined && displayName.toLowerCase().includes(quantization.toLowerCase());

function look(entry: Entry, serving: boolean): Pick<ModelRow, "icon" | "mark"> {
  if (serving) return { icon: "play-circle", mark: "serving" };
  if (entry.state === "missing") return { icon: "warning", mark: "missing" };
  if (entry.state === "offline") return { icon: "debug-disconnect", mark: "offline" };
  if (isUnsafe(entry)) return { icon: "shield", mark: "unsafe" };
  if (entry.state === "logical") return { icon: "circle-outline", mark: "none" };
  return { icon: kindIcon(entry), mark: entry.proof === "unverified" ? "unverified" : "none" };
}

/** A narrow view shows little but the icon: it tells what a model is for. */
function kindIcon(entry: Entry): string {
  const [, icon] = kindIcons.find(([ability]) => isAbleTo(entry, ability)) ?? [];
  return icon ?? "package";
}

/** The first that holds. */
const kindIcons: readonly (readonly [Ability, string])[] = [
  ["lora", "extensions"],
  ["diffusion", "symbol-color"],
  ["embeddings", "symbol-array"],
  ["reranker", "list-ordered"],
  ["video", "device-camera-video"],
  ["vision", "eye"],
  ["audio", "unmute"],
];

/** What a file was checked against, as a sentence's part. */
export function proofWords(proof: Proof): string {
  const words: Readonly<Record<Proof, string>> = {
    sha256: t("verified by sha256"),
    gitSha1: t("verified by git's sha1"),
    unverified: t("unverified: compared with no digest yet"),
  };
  return words[proof];
}

/**
 * Markdown: what it is, with where each characteristic comes from; once the details are there, where it fits and lies.
 * @param picture address of its picture, where it is small enough to be shown
 */
export function modelTooltip(entry: Entry | EntryDetails, picture?: string): string {
  const [fit, places] = "files" in entry ? [entry.fit, entry.places] : [];
  return paragraphs(
    `**${plain(entry.displayName)}**`,
    picture === undefined ? "" : `![${t("Its picture")}](${picture}|width=96)`,
    warnings(entry),
    fit && takesContext(entry) ? fitLines(fit) : "",
    characteristicsTable(telling(entry.facts)),
    entryFacts(entry),
    places ? placesList(places) : "",
  );
}

/** What else a hover tells; its card has them all. */
const TELLING = new Set(["parameters", "activeParameters", "context", "architecture", "licence", "baseModel"]);

/** What it can do, then what it is. */
const telling = (facts: readonly Characteristic[]): readonly Characteristic[] => [
  ...facts.filter(({ name, value }) => value === true && abilities.some((ability) => ability === name)),
  ...facts.filter(({ name }) => TELLING.has(name)),
];

/** Markdown: what to beware of; empty where there is nothing. */
export const warnings = (entry: Entry): string =>
  paragraphs(
    entry.state === "missing" ? `$(warning) ${t("Nothing lies at its path any more.")}` : "",
    entry.state === "offline" ? `$(debug-disconnect) ${t("The drive or folder it lies in is not there now.")}` : "",
    isUnsafe(entry) ? `$(shield) ${t("Unsafe format: whoever loads it runs code that it may hold.")}` : "",
  );

/** Markdown: a line a fact. */
export function entryFacts(entry: Entry): string {
  const facts: readonly (readonly [string, string | undefined])[] = [
    [t("Back end"), plain(entry.backend)],
    [t("Format"), entry.format && plain(entry.format)],
    [t("Quantization"), entry.quantization && plain(entry.quantization.toUpperCase())],
    [t("Size"), entry.sizeBytes === undefined ? undefined : sizeWords(entry.sizeBytes)],
    [t("Proof"), proofWords(entry.proof)],
    [t("Source"), entry.source && plain(`${entry.source.provider} · ${entry.source.reference}`)],
    [t("Revision"), entry.source?.revision && code(entry.source.revision.slice(0, 12))],
    [t("Roles"), entry.roles.length > 0 ? plain(entry.roles.join(", ")) : undefined],
    [t("Location"), entry.location && plain(entry.location)],
    [t("Path"), entry.path && code(entry.path)],
  ];
  return facts.flatMap(([name, value]) => (value ? [`${name}: ${value}`] : [])).join("  \n");
}

/** Markdown: each value with who said it. */
export const characteristicsTable = (characteristics: readonly Characteristic[]): string =>
  table(
    [t("Characteristic"), t("Value"), t("From")],
    characteristics.map((one) => [
      plain(characteristicWords(one.name)),
      plain(valueWords(one)),
      `${plain(sourceWords(one.source))}${isGuess(one) ? ` (${t("a guess")})` : ""}`,
    ]),
  );

/** As many places are named. */
const NAMED = 5;

/** Markdown: where the same bytes lie, too; empty where there is no such place. */
export function placesList(places: readonly Place[]): string {
  if (places.length === 0) return "";
  const each = eachPlace(places);
  const lines = each
    .slice(0, NAMED)
    .map(({ path, shared }) => `- ${code(path)} (${shared ? t("the same file") : t("a copy")})`);
  const left = each.length - lines.length;
  return [
    t("The same bytes lie here, too:"),
    "",
    ...lines,
    ...(left > 0 ? [`- ${t("… and {0} more", left)}`] : []),
  ].join("\n");
}

/** A file below its model. */
export const fileRow = (file: EntryFile, label: string): { readonly label: string; readonly description: string } => ({
  label,
  description: `${sizeWords(file.sizeBytes)} · ${proofWords(file.proof)}`,
});
