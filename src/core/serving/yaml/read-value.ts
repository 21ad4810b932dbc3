import type { KeyKind } from "./deck-keys.ts";

/** The value as it is held, or undefined where it is not what the kind takes. Environments are read by name elsewhere. */
export function readValue(kind: KeyKind, given: unknown): string | number | readonly string[] | undefined {
  switch (kind.kind) {
    case "text":
      return textOf(given);
    case "whole":
      return typeof given === "number" && Number.isInteger(given) && given >= kind.from && given <= kind.to
        ? given
        : undefined;
    case "word": {
      const word = textOf(given);
      return word !== undefined && kind.pattern.test(word) ? word : undefined;
    }
    case "choice": {
      // YAML's own on and off are read as texts by version 1.2; true and false by people.
      const word = given === true ? "on" : given === false ? "off" : given;
      return kind.choices.find((choice) => choice === word);
    }
    case "texts":
      return textsOf(given);
    case "textsOr":
      return kind.words.find((word) => word === given) ?? (Array.isArray(given) ? textsOf(given) : undefined);
    case "duration":
      return secondsOf(given);
    case "environment":
      return undefined;
  }
}

/** A number or a yes stands for its text: people write `8` and mean it. */
export const textOf = (given: unknown): string | undefined => {
  if (typeof given === "string") return given.includes("\0") ? undefined : given;
  return typeof given === "number" || typeof given === "boolean" ? String(given) : undefined;
};

function textsOf(given: unknown): readonly string[] | undefined {
  if (!Array.isArray(given)) {
    const one = textOf(given);
    return one === undefined ? undefined : [one];
  }
  const texts = given.flatMap((item: unknown) => textOf(item) ?? []);
  return texts.length === given.length ? texts : undefined;
}

function secondsOf(given: unknown): number | undefined {
  if (typeof given === "number") return Number.isInteger(given) && given > 0 ? given : undefined;
  const [all, hours, minutes, seconds] =
    typeof given === "string" ? (/^(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,7})s?)?$/.exec(given.trim()) ?? []) : [];
  if (!all) return undefined;
  const sum = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return sum > 0 ? sum : undefined;
}
