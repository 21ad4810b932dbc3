import { readSettings } from "../core/settings.ts";
import { nearNames } from "../core/util/near-names.ts";

/** What of the settings that came with the command has no effect, a sentence each. */
export function settingsTold(
  values: Readonly<Record<string, unknown>>,
  given: readonly string[],
  storage: string,
): readonly string[] {
  const { problems, readings } = readSettings(values, storage);
  const known = readings.map(({ key }) => key);
  const unfit = problems.filter(({ key }) => key in values);
  const strange = given.filter((key) => !known.includes(key) && !key.startsWith("backends.") && key !== "storage");
  return [
    ...unfit.map(({ key, problem }) => `The setting ${key} ${problem}; its default is used.`),
    ...strange.map((key) => {
      const near = nearNames(key, known);
      return `There is no setting “${key}”.${near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : ""}`;
    }),
  ];
}
