import { t } from "@vscode/l10n";
import type { EntryPatch } from "../protocol/editing.ts";
import { type DraftField, type EntryDraft, type EntryForm, draftFields } from "../protocol/library-page.ts";
import { type EntryDetails, backends } from "../protocol/models.ts";

/** The entry as its form shows it. */
export const draftOf = (entry: EntryDetails): EntryDraft => ({
  displayName: entry.displayName,
  backend: entry.backend,
  roles: entry.roles.map((role) => ({ role, priority: String(entry.rolePriority[role] ?? "") })),
  port: String(entry.backendConfig.port ?? ""),
  host: entry.backendConfig.host ?? "",
  baseUrl: entry.backendConfig.baseUrl ?? "",
  modelPath: entry.backendConfig.modelPath ?? "",
  extraArgs: entry.extraArgs.join("\n"),
  notes: entry.notes ?? "",
  description: entry.description ?? "",
  deprecated: entry.deprecated,
  locked: entry.locked,
});

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Those in which the two differ. */
export const changedFields = (saved: EntryDraft, draft: EntryDraft): readonly DraftField[] =>
  draftFields.filter((field) => !same(saved[field], draft[field]));

/** What was typed over `base`, laid over what is there now: what was not touched follows. */
export const carriedOver = (base: EntryDraft, typed: EntryDraft, now: EntryDraft): EntryDraft => ({
  ...now,
  ...Object.fromEntries(changedFields(base, typed).map((field) => [field, typed[field]])),
});

/** Only what differs from what is saved; empty where nothing does. To be asked of a draft without problems. */
export function patchOf(saved: EntryDraft, draft: EntryDraft): EntryPatch {
  const changed = new Set(changedFields(saved, draft));
  const configured = (["port", "host", "baseUrl", "modelPath"] as const).some((field) => changed.has(field));
  const { port, host, baseUrl, modelPath } = draft;
  return {
    ...(changed.has("displayName") && { displayName: draft.displayName.trim() }),
    ...(changed.has("backend") && { backend: draft.backend }),
    ...(changed.has("roles") && {
      roles: draft.roles.map(({ role }) => role),
      rolePriority: Object.fromEntries(
        draft.roles.flatMap(({ role, priority }) => (priority.trim() === "" ? [] : [[role, Number(priority)]])),
      ),
    }),
    ...(configured && {
      backendConfig: {
        ...(port.trim() !== "" && { port: Number(port) }),
        ...(host.trim() !== "" && { host: host.trim() }),
        ...(baseUrl.trim() !== "" && { baseUrl: baseUrl.trim() }),
        ...(modelPath.trim() !== "" && { modelPath: modelPath.trim() }),
      },
    }),
    ...(changed.has("extraArgs") && { extraArgs: draft.extraArgs.split("\n").filter((line) => line.trim() !== "") }),
    ...(changed.has("notes") && { notes: draft.notes === "" ? null : draft.notes }),
    ...(changed.has("description") && { description: draft.description === "" ? null : draft.description }),
    ...(changed.has("deprecated") && { deprecated: draft.deprecated }),
    ...(changed.has("locked") && { locked: draft.locked }),
  };
}

/** What cannot be saved as it is, each at its field. */
export function draftProblems(draft: EntryDraft): EntryForm["problems"] {
  const { displayName, port, baseUrl } = draft;
  const odd = draft.roles.filter(({ priority }) => priority.trim() !== "" && !isWhole(priority, 0, 100));
  const problems: readonly (readonly [DraftField, boolean, string])[] = [
    ["displayName", displayName.trim() === "", t("A name is needed.")],
    [
      "roles",
      odd.length > 0,
      t("A priority is a whole number from 0 to 100: {0}", odd.map(({ role }) => role).join(", ")),
    ],
    ["port", port.trim() !== "" && !isWhole(port, 1, 65_535), t("A port is a whole number from 1 to 65535.")],
    [
      "baseUrl",
      baseUrl.trim() !== "" && !URL.canParse(baseUrl.trim()),
      t("This is no address, as http://localhost:8000/v1."),
    ],
  ];
  return problems.flatMap(([field, wrong, problem]) => (wrong ? [{ field, problem }] : []));
}

const isWhole = (text: string, low: number, high: number): boolean =>
  /^\d{1,5}$/.test(text.trim()) && Number(text) >= low && Number(text) <= high;

/** The draft with what the curated entry says where it says otherwise; other fields stay as they are typed. */
export function withCurated(draft: EntryDraft, entry: EntryDetails): EntryDraft {
  const { curated } = entry;
  if (!curated) return draft;
  const said = draftOf(curatedEntry(entry, curated));
  const now = draftOf(entry);
  return { ...draft, ...Object.fromEntries(changedFields(now, said).map((field) => [field, said[field]])) };
}

/** The entry as its curated layer has it, in the fields of the form. */
export function curatedEntry(entry: EntryDetails, curated: Readonly<Record<string, unknown>>): EntryDetails {
  const { notes: _, description: __, ...rest } = entry;
  const text = (field: "notes" | "description"): string | undefined => {
    const value = field in curated ? curated[field] : entry[field];
    return typeof value === "string" ? value : undefined;
  };
  const [notes, description] = [text("notes"), text("description")];
  const flag = (field: "deprecated" | "locked"): boolean => (field in curated ? curated[field] === true : entry[field]);
  const backend = backends.find((one) => one === curated["backend"]) ?? entry.backend;
  const name = curated["displayName"];
  return {
    ...rest,
    displayName: typeof name === "string" ? name : entry.displayName,
    backend,
    roles: texts(curated["roles"]) ?? entry.roles,
    rolePriority: numbers(curated["rolePriority"]) ?? entry.rolePriority,
    backendConfig: configOf(curated["backendConfig"]) ?? entry.backendConfig,
    extraArgs: texts(curated["extraArgs"]) ?? entry.extraArgs,
    deprecated: flag("deprecated"),
    locked: flag("locked"),
    ...(notes !== undefined && { notes }),
    ...(description !== undefined && { description }),
  };
}

const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : undefined;

const members = (value: unknown): readonly (readonly [string, unknown])[] | undefined =>
  typeof value === "object" && value !== null ? Object.entries(value) : undefined;

const numbers = (value: unknown): Readonly<Record<string, number>> | undefined => {
  const all = members(value);
  return all && Object.fromEntries(all.flatMap(([key, one]) => (typeof one === "number" ? [[key, one] as const] : [])));
};

function configOf(value: unknown): EntryDetails["backendConfig"] | undefined {
  const all = members(value);
  if (!all) return undefined;
  const found = new Map(all);
  const [port, host, baseUrl, modelPath] = ["port", "host", "baseUrl", "modelPath"].map((key) => found.get(key));
  return {
    ...(typeof port === "number" && { port }),
    ...(typeof host === "string" && { host }),
    ...(typeof baseUrl === "string" && { baseUrl }),
    ...(typeof modelPath === "string" && { modelPath }),
  };
}
