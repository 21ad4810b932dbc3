import { t } from "@vscode/l10n";
import type { ProfileDraft, ProfileField, ProfileWords } from "../protocol/profile-page.ts";
import type { ProfileDetails, ProfileSource, ProfileValue } from "../protocol/profiles.ts";
import { type DeckKey, deckKeys, wantedWords } from "../serving/yaml/deck-keys.ts";
import { originWords, valueWords } from "./profile-document.ts";

/** Keys a models.conf can hold. */
const CONF: ReadonlySet<string> = new Set([
  "name",
  "description",
  "speed",
  "model",
  "context",
  "gpuLayers",
  "fit",
  "fitTarget",
  "args",
  "router",
]);

export const profileFormWords = (): ProfileWords => ({
  save: t("Save"),
  reset: t("Reset"),
  copy: t("Copy"),
  command: t("Command"),
  unsaved: t("Not saved yet"),
});

/** The fields of a profile, what is typed over what is saved. */
export function profileFields({ profile, values }: ProfileDetails, draft: ProfileDraft): readonly ProfileField[] {
  const typed = new Map(draft.map(({ key, value }) => [key, value]));
  return keysOf(profile.source).map((key) => {
    const found = values.find((value) => value.key === key.name);
    const own = ownText(key, values, profile.id);
    const inherited = found && !isOwn(found, profile.id) ? found : undefined;
    return {
      key: key.name,
      label: key.name,
      hint: `${key.what} ${t("Takes {0}.", wantedWords(key.kind))}`,
      lines: isList(key) ? 5 : 1,
      value: typed.get(key.name) ?? own,
      origin: inherited
        ? `${valueWords(inherited.value)} · ${originWords(inherited.origin)}`
        : found
          ? originWords(found.origin)
          : "",
    };
  });
}

/** What is typed, where it is another than what is saved; an empty field takes the value out. */
export function profilePatch(
  { profile, values }: ProfileDetails,
  draft: ProfileDraft,
): Readonly<Record<string, ProfileValue["value"] | null>> {
  const patch: Record<string, ProfileValue["value"] | null> = {};
  for (const key of keysOf(profile.source)) {
    const typed = draft.find((one) => one.key === key.name)?.value;
    const own = ownText(key, values, profile.id);
    if (typed === undefined || typed === own) continue;
    if (key.kind.kind === "environment") Object.assign(patch, variablesPatch(own, typed));
    else patch[key.name] = typed.trim() === "" ? null : valueOf(key, typed);
  }
  return patch;
}

const keysOf = (source: ProfileSource): readonly DeckKey[] =>
  deckKeys.filter(({ name }) => source !== "conf" || CONF.has(name));

const isList = ({ kind }: DeckKey): boolean => ["texts", "textsOr", "environment"].includes(kind.kind);

function ownText(key: DeckKey, values: readonly ProfileValue[], id: string): string {
  const own = values.filter((value) => isOwn(value, id));
  if (key.kind.kind === "environment")
    return own
      .filter((value) => value.key.startsWith("env."))
      .map((value) => `${value.key.slice("env.".length)}=${valueWords(value.value)}`)
      .join("\n");
  const found = own.find((value) => value.key === key.name);
  if (!found) return "";
  return typeof found.value === "object" ? found.value.join("\n") : String(found.value);
}

const isOwn = ({ origin }: ProfileValue, id: string): boolean =>
  origin.kind === "file" && (origin.section === id || origin.section === `profiles.${id}`);

function valueOf({ kind }: DeckKey, typed: string): ProfileValue["value"] {
  const text = typed.trim();
  if (kind.kind === "whole") return /^\d+$/.test(text) ? Number(text) : text;
  if (kind.kind === "duration") return /^\d+$/.test(text) ? Number(text) : text;
  const lines = typed.split(/\r?\n/).filter((line) => line !== "");
  if (kind.kind === "texts") return lines;
  if (kind.kind === "textsOr") return kind.words.includes(text) ? text : lines.map((line) => line.trim());
  return text;
}

function variablesPatch(own: string, typed: string): Readonly<Record<string, string | null>> {
  const read = (text: string): ReadonlyMap<string, string> =>
    new Map(
      text.split(/\r?\n/).flatMap((line) => {
        const at = line.indexOf("=");
        return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1)] as const] : [];
      }),
    );
  const [had, has] = [read(own), read(typed)];
  const gone = [...had.keys()].filter((name) => !has.has(name)).map((name) => [`env.${name}`, null] as const);
  const news = [...has]
    .filter(([name, value]) => had.get(name) !== value)
    .map(([name, value]) => [`env.${name}`, value] as const);
  return Object.fromEntries([...gone, ...news]);
}
