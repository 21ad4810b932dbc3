import { t } from "@vscode/l10n";
import type { Entry, EntryDetails, EntryFile, Proof } from "../protocol/models.ts";
import { code, paragraphs, plain, table } from "./markdown.ts";
import { sizeWords } from "./units.ts";

/** How an entry stands in a list. */
export interface ModelRow {
  readonly label: string;
  /** As `4.9 GB · Q4_K_M · vision · unverified`. */
  readonly description: string;
  /** Name of a codicon. */
  readonly icon: string;
  /** What is wrong or under way, for the icon's colour. */
  readonly mark: "none" | "serving" | "missing" | "unverified";
}

/** @param serving whether a server has it loaded, or is loading it */
export function modelRow(entry: Entry, serving: boolean): ModelRow {
  const badges = [
    serving ? t("serving") : "",
    entry.state === "missing" ? t("missing") : "",
    entry.state === "logical" ? t("not downloaded") : "",
    entry.state === "installed" && entry.proof === "unverified" ? t("unverified") : "",
    entry.deprecated ? t("deprecated") : "",
    entry.locked ? t("locked") : "",
    entry.testing ? t("testing") : "",
  ];
  const parts = [
    entry.sizeBytes === undefined ? "" : sizeWords(entry.sizeBytes),
    // Most display names end with it already.
    namesQuantization(entry) ? "" : (entry.quantization ?? "").toUpperCase(),
    ...entry.capabilities.filter((capability) => capability !== "text"),
    ...badges,
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
  if (entry.state === "logical") return { icon: "circle-outline", mark: "none" };
  return entry.proof === "unverified" ? { icon: "unverified", mark: "unverified" } : { icon: "package", mark: "none" };
}

/** What a file was checked against, as a sentence's part. */
export function proofWords(proof: Proof): string {
  const words: Readonly<Record<Proof, string>> = {
    sha256: t("verified by sha256"),
    gitSha1: t("verified by git's sha1"),
    unverified: t("unverified: its source offered no digest"),
  };
  return words[proof];
}

/** Markdown: the facts, each with where it comes from once the details are there. */
export function modelTooltip(entry: Entry | EntryDetails): string {
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
  return paragraphs(
    `**${plain(entry.displayName)}**`,
    entry.state === "missing" ? `$(warning) ${t("Nothing lies at its path any more.")}` : "",
    facts.flatMap(([name, value]) => (value ? [`${name}: ${value}`] : [])).join("  \n"),
    "characteristics" in entry ? characteristicsTable(entry) : "",
  );
}

export const characteristicsTable = ({ characteristics }: Pick<EntryDetails, "characteristics">): string =>
  table(
    [t("Characteristic"), t("Value"), t("From")],
    characteristics.map(({ name, value, source, confidence }) => [
      plain(name),
      plain(String(value)),
      `${plain(sourceWords(source))}${confidence < 0.8 ? ` (${t("a guess")})` : ""}`,
    ]),
  );

function sourceWords(source: EntryDetails["characteristics"][number]["source"]): string {
  const words: Readonly<Record<typeof source, string>> = {
    person: t("you"),
    server: t("the server that loaded it"),
    gguf: t("the file's header"),
    safetensors: t("the weights' header"),
    config: t("its config.json"),
    template: t("its chat template"),
    store: t("the program that keeps it"),
    hub: t("the hub"),
    name: t("its name"),
  };
  return words[source];
}

/** A file below its model. */
export const fileRow = (file: EntryFile): { readonly label: string; readonly description: string } => ({
  label: file.path.slice(Math.max(file.path.lastIndexOf("/"), file.path.lastIndexOf("\\")) + 1),
  description: `${sizeWords(file.sizeBytes)} · ${proofWords(file.proof)}`,
});
