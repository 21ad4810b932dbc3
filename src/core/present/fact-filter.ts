import { t } from "@vscode/l10n";
import { abilities, abilityWord } from "./badges.ts";
import { characteristicWords, valueWords } from "./characteristic-words.ts";

/** One of `models.list`'s wishes about characteristics: every part that is given must hold. */
export interface FactFilter {
  readonly name: string;
  readonly is?: string | number | boolean;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Characteristics of yes and no that can be asked for. */
export const yesOrNo = [...abilities, "unsafe"] as const;
export type YesOrNo = (typeof yesOrNo)[number];

export const ranges = ["parameters", "context", "bitsPerWeight"] as const;
export type Range = (typeof ranges)[number];

export interface Preset extends Pick<FactFilter, "atLeast" | "atMost"> {
  readonly label: string;
}

/** A little wider than they say: a model called 4B has 4.02 billion parameters. */
export function presetsOf(range: Range): readonly Preset[] {
  switch (range) {
    case "parameters":
      return [
        { label: "≤ 4B", atMost: 4.5e9 },
        { label: "≤ 9B", atMost: 9.5e9 },
        { label: "≤ 15B", atMost: 15.5e9 },
        { label: "≤ 35B", atMost: 35.5e9 },
        { label: "> 35B", atLeast: 35.5e9 },
      ];
    case "context":
      return [
        { label: "≥ 8K", atLeast: 8000 },
        { label: "≥ 32K", atLeast: 32_000 },
        { label: "≥ 128K", atLeast: 128_000 },
      ];
    case "bitsPerWeight":
      return [
        { label: "≤ 4", atMost: 4 },
        { label: "≤ 5", atMost: 5 },
        { label: "≤ 6", atMost: 6 },
        { label: "≤ 9", atMost: 9 },
        { label: "> 9", atLeast: 9 },
      ];
  }
}

const samePreset = (one: Omit<FactFilter, "name">, other: Omit<FactFilter, "name">): boolean =>
  one.atLeast === other.atLeast && one.atMost === other.atMost;

/** As `vision`, `Parameters ≤ 9B`, `Context ≥ 4,000 tokens`. */
export function factFilterWords(fact: FactFilter): string {
  const { name, is, atLeast, atMost } = fact;
  const ability = abilities.find((one) => one === name);
  if (is === true && ability) return abilityWord(ability);
  if (is === true && name === "unsafe") return t("unsafe format");
  const range = ranges.find((one) => one === name);
  const preset = range && is === undefined ? presetsOf(range).find((one) => samePreset(one, fact)) : undefined;
  const parts = preset
    ? [preset.label]
    : [
        is === undefined ? "" : is === "" ? t("Unknown") : valueWords({ name, value: is }),
        atLeast === undefined ? "" : `≥ ${valueWords({ name, value: atLeast })}`,
        atMost === undefined ? "" : `≤ ${valueWords({ name, value: atMost })}`,
      ];
  return [characteristicWords(name), ...parts].filter((part) => part !== "").join(" ");
}

/** What was kept or came from outside; undefined where it is no list of wishes. */
export function parseFacts(value: unknown): readonly FactFilter[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const facts = value.map(parseFact);
  const known = facts.filter((fact) => fact !== undefined);
  return known.length === facts.length ? known : undefined;
}

function parseFact(value: unknown): FactFilter | undefined {
  if (typeof value !== "object" || value === null || !("name" in value)) return undefined;
  const { name, is, atLeast, atMost, ...others }: Readonly<Record<string, unknown>> = { ...value };
  if (typeof name !== "string" || name === "" || Object.keys(others).length > 0) return undefined;
  const isFits = is === undefined || typeof is === "string" || typeof is === "number" || typeof is === "boolean";
  if (!isFits || !isBound(atLeast) || !isBound(atMost)) return undefined;
  return {
    name,
    ...(is !== undefined && { is }),
    ...(atLeast !== undefined && { atLeast }),
    ...(atMost !== undefined && { atMost }),
  };
}

const isBound = (value: unknown): value is number | undefined => value === undefined || typeof value === "number";

/** Those of yes and no that are asked for. */
export const askedAbilities = (where: readonly FactFilter[]): readonly YesOrNo[] =>
  yesOrNo.filter((name) => where.some((one) => one.name === name && one.is === true));

/** Asks for these of yes and no, and for the others no more. */
export const withAbilities = (where: readonly FactFilter[], asked: readonly YesOrNo[]): readonly FactFilter[] => [
  ...where.filter(({ name }) => !yesOrNo.some((one) => one === name)),
  ...asked.map((name) => ({ name, is: true })),
];

/** @param preset undefined: any */
export const withRange = (
  where: readonly FactFilter[],
  range: Range,
  preset: Preset | undefined,
): readonly FactFilter[] => {
  const others = where.filter(({ name }) => name !== range);
  if (!preset) return others;
  const { label: _, ...bounds } = preset;
  return [...others, { name: range, ...bounds }];
};

/** What a range is set to, in words; undefined where it is not. */
export function rangeWords(where: readonly FactFilter[], range: Range): string | undefined {
  const fact = where.find(({ name }) => name === range);
  return fact && factFilterWords(fact).slice(characteristicWords(range).length + 1);
}
