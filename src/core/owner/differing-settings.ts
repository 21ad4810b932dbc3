import { t } from "@vscode/l10n";
import type { Trouble } from "../protocol/downloads.ts";
import { isObject } from "./parse-object.ts";

type Values = Readonly<Record<string, unknown>>;

/** Keys, as in the settings, that differ between two windows; in order. */
export function differingSettings(ours: Values, theirs: Values): readonly string[] {
  const [left, right] = [flat(ours), flat(theirs)];
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys].filter((key) => left.get(key) !== right.get(key)).sort();
}

/** A location or a list is one setting. */
const flat = (values: Values, prefix = ""): Map<string, string> =>
  new Map(
    Object.entries(values).flatMap(([key, value]) =>
      // What is not set does not cross.
      value === undefined
        ? []
        : isObject(value)
          ? [...flat(value, `${prefix}${key}.`)]
          : [[`${prefix}${key}`, JSON.stringify(value)]],
    ),
  );

/** The owner's settings count for all; undefined where that makes no difference. */
export function settingsNotice(ours: Values, theirs: Values): Trouble | undefined {
  const keys = differingSettings(ours, theirs);
  if (keys.length === 0) return undefined;
  return {
    code: "configInvalid",
    message: t(
      "Another window runs Model Deck with other settings, and those count: {0}.",
      keys.map((key) => `modelDeck.${key}`).join(", "),
    ),
    remedy: t("Give both the same settings, or close the other window."),
    facts: { keys },
  };
}
