import { areCardWords, isCard, parseCardIntent } from "./card-page.ts";
import { areFormWords, isFormPage, parseFormIntent } from "./form-page.ts";
import {
  type EntryDraft,
  type EntryForm,
  type PageChoice,
  type RolesPage,
  type SettingsPage,
  type StatsPage,
  type StatsRow,
  type ToLibraryHost,
  type ToLibraryPage,
  draftFields,
  entryDeeds,
  entryWords,
  rolesWords,
  settingsWords,
  statsWords,
} from "./library-page.ts";
import { backends } from "./models.ts";
import { areProfileWords, isProfileForm, parseProfileIntent } from "./profile-page.ts";
import { areWords, isFlag, isList, isNumber, isOneOf, isShape, isText } from "./shape.ts";

/** The intent, or undefined where it is none: a page may be sent anything. */
export function parseToLibraryHost(message: unknown): ToLibraryHost | undefined {
  if (typeof message !== "object" || message === null || !("kind" in message)) return undefined;
  const { kind } = message;
  if (kind === "ready" || kind === "join") return { kind };
  if (isEntryDeed(kind)) return { kind };
  if (kind === "draft" || kind === "save")
    return "draft" in message && isDraft(message.draft) ? { kind, draft: message.draft } : undefined;
  if (kind === "form" || kind === "formDraft") return parseFormIntent(message);
  if (kind === "role") return "role" in message && isText(message.role) ? { kind, role: message.role } : undefined;
  if (kind === "setting") return "key" in message && isText(message.key) ? { kind, key: message.key } : undefined;
  if (!("name" in message)) return parseProfileIntent(message) ?? parseCardIntent(message);
  if (!isText(message.name)) return undefined;
  if (kind === "leave") return { kind, name: message.name };
  if (kind !== "move" || !("to" in message) || !isPlace(message.to)) return undefined;
  return { kind, name: message.name, to: message.to };
}

const isEntryDeed = isOneOf(entryDeeds);
const isPlace = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0;

const isDraft = isShape<EntryDraft>({
  displayName: isText,
  backend: isOneOf(backends),
  roles: isList(isShape<EntryDraft["roles"][number]>({ role: isText, priority: isText })),
  port: isText,
  host: isText,
  baseUrl: isText,
  modelPath: isText,
  extraArgs: isText,
  notes: isText,
  description: isText,
  deprecated: isFlag,
  locked: isFlag,
});

const isChoice = isShape<PageChoice>({ value: isText, label: isText });

const isForm = isShape<EntryForm>({
  edition: isNumber,
  name: isText,
  title: isText,
  facts: isText,
  draft: isDraft,
  roles: isList(isText),
  backends: isList(isChoice),
  suggestions: isList(
    isShape<EntryForm["suggestions"][number]>({ backend: isOneOf(backends), label: isText, lines: isText }),
  ),
  differences: isList(isShape<EntryForm["differences"][number]>({ field: isText, here: isText, curated: isText })),
  problems: isList(isShape<EntryForm["problems"][number]>({ field: isOneOf(draftFields), problem: isText })),
  changed: isFlag,
  saving: isFlag,
  status: isShape<EntryForm["status"]>({ kind: isOneOf(["none", "done", "stale", "failed"]), text: isText }),
});

const isStatsRow = isShape<StatsRow>({
  label: isText,
  count: isText,
  size: isText,
  countShare: isNumber,
  sizeShare: isNumber,
});
const isStats = isShape<StatsPage>({
  summary: isText,
  sections: isList(isShape<StatsPage["sections"][number]>({ title: isText, rows: isList(isStatsRow) })),
});

const isRoles = isShape<RolesPage>({
  roles: isList(isChoice),
  role: isText,
  candidates: isList(
    isShape<RolesPage["candidates"][number]>({
      name: isText,
      title: isText,
      description: isText,
      priority: isText,
      note: isText,
      preferred: isFlag,
    }),
  ),
  empty: isText,
  said: isText,
});

const isSettings = isShape<SettingsPage>({
  rows: isList(isShape<SettingsPage["rows"][number]>({ key: isText, value: isText, origin: isText, problem: isText })),
});

const areEntryWords = areWords(entryWords);
const areStatsWords = areWords(statsWords);
const areRolesWords = areWords(rolesWords);
const areSettingsWords = areWords(settingsWords);

/** The message, or undefined where it is not of this version. */
export function parseToLibraryPage(message: unknown): ToLibraryPage | undefined {
  if (typeof message !== "object" || message === null || !("kind" in message)) return undefined;
  const { kind } = message;
  if (kind === "notice") return "text" in message && isText(message.text) ? { kind, text: message.text } : undefined;
  if (!("words" in message) || !("state" in message)) return undefined;
  const { words, state } = message;
  if (kind === "entry" && areEntryWords(words) && isForm(state)) return { kind, words, state };
  if (kind === "stats" && areStatsWords(words) && isStats(state)) return { kind, words, state };
  if (kind === "roles" && areRolesWords(words) && isRoles(state)) return { kind, words, state };
  if (kind === "card" && areCardWords(words) && isCard(state)) return { kind, words, state };
  if (kind === "form" && areFormWords(words) && isFormPage(state)) return { kind, words, state };
  if (kind === "profile" && areProfileWords(words) && isProfileForm(state)) return { kind, words, state };
  if (kind === "settings" && areSettingsWords(words) && isSettings(state)) return { kind, words, state };
  return undefined;
}
