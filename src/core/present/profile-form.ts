import { t } from "@vscode/l10n";
import type { ProfileDraft, ProfileField, ProfileWords, ProfileDeed } from "../protocol/profile-page.ts";
import type { ProfileDetails, ProfileSource, ProfileValue } from "../protocol/profiles.ts";
import type { ServingStatus } from "../protocol/serving.ts";
import { type DeckKey, deckKeys, wantedWords } from "../serving/yaml/deck-keys.ts";
import { readValue } from "../serving/yaml/read-value.ts";
import { servedProfiles } from "./match-profile.ts";
import { originWords, unknownFlagWords, valueWords } from "./profile-document.ts";
import { tokensOf } from "./profile-words.ts";
import { keyLabel } from "./profile-labels.ts";

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
  serve: t("Serve"),
  restart: t("Restart"),
  openFile: t("Open File"),
  clone: t("Clone…"),
});

/** What is wrong with it as it is saved. */
export const profileProblems = ({ profile, unknownFlags }: ProfileDetails): readonly string[] => [
  ...profile.problems.map(({ problem }) => problem),
  ...unknownFlags.map(unknownFlagWords),
];

/** What can be done with it beside changing it; one that was made of a model stands in no file. */
export const deedsOf = ({ profile }: ProfileDetails, serving: ServingStatus): readonly ProfileDeed[] => [
  servedProfiles(serving).includes(profile.id) ? "restart" : "serve",
  profile.file === "" ? "clone" : "openFile",
];

/** The fields of a profile, what is typed over what is saved. */
export function profileFields({ profile, values }: ProfileDetails, draft: ProfileDraft): readonly ProfileField[] {
  const typed = new Map(draft.map(({ key, value }) => [key, value]));
  return keysOf(profile.source).map((key) => {
    const found = values.find((value) => value.key === key.name);
    const own = ownText(key, values, profile.id);
    const inherited = found && !isOwn(found, profile.id) ? found : undefined;
    const value = typed.get(key.name) ?? own;
    return {
      key: key.name,
      label: keyLabel(key.name),
      hint: key.what,
      lines: isList(key) ? 4 : 1,
      choices: choicesOf(key),
      value,
      problem: value === own ? "" : problemOf(key, value),
      origin: inherited
        ? `${valueWords(inherited.value)} · ${originWords(inherited.origin)}`
        : found
          ? originWords(found.origin)
          : "",
    };
  });
}

/** What is typed and will not do, each by the name of its field; empty: all of it will. */
export const refusedWords = (details: ProfileDetails, draft: ProfileDraft): string =>
  profileFields(details, draft)
    .flatMap(({ label, problem }) => (problem === "" ? [] : [`${label}: ${problem}`]))
    .join(" ");

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

/** What it takes, where what is typed is something else. */
function problemOf(key: DeckKey, typed: string): string {
  if (typed.trim() === "" || key.kind.kind === "environment") return "";
  return readValue(key.kind, valueOf(key, typed)) === undefined ? t("Takes {0}.", wantedWords(key.kind)) : "";
}

const choicesOf = ({ kind }: DeckKey): ProfileField["choices"] =>
  kind.kind === "choice"
    ? [{ value: "", label: t("not said here") }, ...kind.choices.map((value) => ({ value, label: value }))]
    : [];

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

function valueOf({ name, kind }: DeckKey, typed: string): ProfileValue["value"] {
  const text = typed.trim();
  if (name === "context") return tokensOf(text) ?? text;
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
