import { t } from "@vscode/l10n";
import { type GroupField, groupFields } from "../protocol/models.ts";
import { type FactFilter, factFilterWords, parseFacts } from "./fact-filter.ts";

/** What the view shows of the models; the arguments of `models.list` that a person sets. An empty text: those without. */
export interface ModelFilter extends Readonly<Partial<Record<GroupField, string>>> {
  /** Each word must occur in the name, display name, or source. */
  readonly text?: string;
  /** What holds of its characteristics; at most one of a name. */
  readonly where?: readonly FactFilter[];
  readonly installed?: boolean;
  readonly includeDeprecated?: boolean;
  readonly includeTesting?: boolean;
}

export const filterFlags = ["installed", "includeDeprecated", "includeTesting"] as const;
export type FilterFlag = (typeof filterFlags)[number];

/** What the view can be grouped by; the first unless a person says otherwise. */
export const groupings = [
  "backend",
  "family",
  "location",
  "role",
  "architecture",
] as const satisfies readonly GroupField[];
export type Grouping = (typeof groupings)[number];

export const asGrouping = (value: unknown): Grouping | undefined => groupings.find((one) => one === value);

/** Of what was kept, or came from outside; undefined where it is no filter. What says nothing is left out. */
export function parseFilter(value: unknown): ModelFilter | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const texts = new Set<string>([...groupFields, "text"]);
  const flags = new Set<string>(filterFlags);
  const { where: given, ...others } = Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
  const where = given === undefined ? [] : parseFacts(given);
  const parts = Object.entries(others);
  const fits = parts.every(
    ([key, one]) => (texts.has(key) && typeof one === "string") || (flags.has(key) && typeof one === "boolean"),
  );
  if (!fits || where === undefined) return undefined;
  const said = Object.fromEntries(parts.filter(([key, one]) => one !== false && (key !== "text" || one !== "")));
  return where.length === 0 ? said : { ...said, where };
}

/** As `models.list` and its like take it: what a characteristic tells is asked of the characteristics. */
export function filterArguments({ architecture, licence, ...filter }: ModelFilter): Readonly<Record<string, unknown>> {
  const facts: readonly FactFilter[] = [
    ...(filter.where ?? []),
    ...(architecture === undefined ? [] : [{ name: "architecture", is: architecture }]),
    ...(licence === undefined ? [] : [{ name: "licence", is: licence }]),
  ];
  return facts.length === 0 ? filter : { ...filter, where: facts };
}

/** As `back end ollama · “qwen” · installed only`; empty where it says nothing. */
export function filterWords(filter: ModelFilter): string {
  const parts = [
    filter.text === undefined ? "" : t("“{0}”", filter.text),
    ...groupFields.map((field) => {
      const value = filter[field];
      return value === undefined ? "" : `${fieldWords(field)}: ${groupLabel(field, value)}`;
    }),
    ...(filter.where ?? []).map(factFilterWords),
    ...filterFlags.map((flag) => (filter[flag] === true ? flagWords(flag) : "")),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

export const isFilter = (filter: ModelFilter): boolean => Object.keys(filter).length > 0;

export function fieldWords(field: GroupField): string {
  const words: Readonly<Record<GroupField, string>> = {
    backend: t("Back end"),
    family: t("Family"),
    location: t("Location"),
    role: t("Role"),
    format: t("Format"),
    quantization: t("Quantization"),
    capability: t("Capability"),
    architecture: t("Architecture"),
    licence: t("Licence"),
  };
  return words[field];
}

export function flagWords(flag: FilterFlag): string {
  const words: Readonly<Record<FilterFlag, string>> = {
    installed: t("installed only"),
    includeDeprecated: t("with deprecated"),
    includeTesting: t("with testing"),
  };
  return words[flag];
}

/** What a group is called; the one of models without any value has a name, too. */
export function groupLabel(field: GroupField, name: string): string {
  if (field === "quantization") return name === "" ? t("Unknown") : name.toUpperCase();
  if (field === "backend") return name === "" || name === "unassigned" ? t("Unassigned") : name;
  if (name !== "") return name;
  const none: Readonly<Record<typeof field, string>> = {
    family: t("Unknown"),
    location: t("No location"),
    role: t("No role"),
    format: t("Unknown"),
    capability: t("No capability"),
    architecture: t("Unknown"),
    licence: t("Unknown"),
  };
  return none[field];
}

/** Name of a codicon. */
export function groupIcon(field: Grouping): string {
  const icons: Readonly<Record<Grouping, string>> = {
    backend: "server",
    family: "layers",
    location: "folder",
    role: "tag",
    architecture: "symbol-structure",
  };
  return icons[field];
}
