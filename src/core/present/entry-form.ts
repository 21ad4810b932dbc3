import { t } from "@vscode/l10n";
import type { EntryDraft, EntryForm, EntryWords } from "../protocol/library-page.ts";
import { type EntryDetails, backends } from "../protocol/models.ts";
import { commonArguments } from "./common-arguments.ts";
import { changedFields, draftOf, draftProblems } from "./entry-draft.ts";
import { groupLabel } from "./model-filter.ts";
import { modelRow } from "./model-row.ts";

/** What the host knows of a form beside the entry. */
export interface FormState {
  readonly edition: number;
  readonly draft: EntryDraft;
  readonly saving: boolean;
  readonly status: EntryForm["status"];
}

/** @param roles those of the settings; roles the entry has beside them can be taken away, too */
export function entryForm(entry: EntryDetails, roles: readonly string[], state: FormState): EntryForm {
  return {
    edition: state.edition,
    name: entry.name,
    title: entry.displayName,
    facts: [groupLabel("backend", entry.backend), entry.format ?? "", modelRow(entry, false).description]
      .filter((part) => part !== "")
      .join(" · "),
    draft: state.draft,
    roles: [...new Set([...roles, ...entry.roles])],
    backends: backends.map((value) => ({ value, label: groupLabel("backend", value) })),
    suggestions: commonArguments(),
    differences: differencesOf(entry),
    problems: draftProblems(state.draft),
    changed: changedFields(draftOf(entry), state.draft).length > 0,
    saving: state.saving,
    status: state.status,
  };
}

/** Where the curated entry says otherwise, field by field. */
function differencesOf({ curated, ...entry }: EntryDetails): EntryForm["differences"] {
  if (!curated) return [];
  const here = new Map<string, unknown>(Object.entries(entry));
  const names = new Map(Object.entries(fieldNames()));
  return Object.entries(curated).map(([field, value]) => ({
    field: names.get(field) ?? field,
    here: valueWords(here.get(field)),
    curated: valueWords(value),
  }));
}

function valueWords(value: unknown): string {
  if (value === undefined || value === null || value === "") return "–";
  if (value === true) return t("yes");
  if (value === false) return t("no");
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.join(", ");
  if (typeof value === "string") return value;
  if (typeof value !== "object") return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, one]) => `${key} ${String(one)}`);
  return parts.length === 0 ? "–" : parts.join(", ");
}

const fieldNames = (): Readonly<Record<string, string>> => ({
  displayName: t("Name"),
  backend: t("Back end"),
  backendConfig: t("Configuration"),
  extraArgs: t("Extra arguments"),
  aliases: t("Aliases"),
  roles: t("Roles"),
  rolePriority: t("Priorities"),
  capabilities: t("Capabilities"),
  notes: t("Notes"),
  description: t("Description"),
  deprecated: t("Deprecated"),
  locked: t("Locked"),
});

export const entryFormWords = (): EntryWords => ({
  save: t("Save"),
  reset: t("Reset"),
  reload: t("Reload"),
  takeCurated: t("Take curated values"),
  displayName: t("Name"),
  backend: t("Back end"),
  roles: t("Roles"),
  priority: t("Priority, 0 to 100; lower is preferred"),
  configuration: t("Back-end configuration"),
  port: t("Port"),
  host: t("Host"),
  baseUrl: t("Base URL"),
  modelPath: t("Model path"),
  extraArgs: t("Extra arguments"),
  extraArgsHint: t("One argument a line; a flag and its value are two."),
  insert: t("Insert"),
  insertChoice: t("Common arguments"),
  noSuggestions: t("There are no common arguments for this back end."),
  notes: t("Notes"),
  description: t("Description"),
  state: t("State"),
  deprecated: t("Deprecated"),
  locked: t("Locked"),
  differences: t("The curated entry says otherwise"),
  field: t("Field"),
  here: t("Here"),
  curated: t("Curated"),
  unsaved: t("Not saved yet"),
});
