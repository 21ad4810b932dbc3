import { downloadStates } from "./downloads.ts";
import {
  type LogSource,
  type PageState,
  type PageWords,
  type QueueRow,
  type ToHost,
  type ToPage,
  pageCommands,
  pageTabs,
  rowDeeds,
} from "./page.ts";

/** The intent, or undefined where it is none: a page may be sent anything. */
export function parseToHost(message: unknown): ToHost | undefined {
  if (!isRecord(message)) return undefined;
  const kind = message["kind"];
  if (kind === "ready") return { kind };
  if (kind === "show") {
    const tab = oneOf(pageTabs, message["tab"]);
    return tab && { kind, tab };
  }
  if (kind === "watch") return isText(message["server"]) ? { kind, server: message["server"] } : undefined;
  if (kind === "command") {
    const command = oneOf(pageCommands, message["command"]);
    return command && { kind, command };
  }
  const deed = oneOf(rowDeeds, kind);
  return deed && isText(message["id"]) ? { kind: deed, id: message["id"] } : undefined;
}

/** The message, or undefined where it is not of this version. */
export function parseToPage(message: unknown): ToPage | undefined {
  if (!isRecord(message)) return undefined;
  const { kind, words, state, server, first, lines, dropped, whole } = message;
  if (kind === "words") return isWords(words) ? { kind, words } : undefined;
  if (kind === "state") return isState(state) ? { kind, state } : undefined;
  if (kind !== "logs") return undefined;
  const fits = isText(server) && isCount(first) && areTexts(lines) && isCount(dropped) && typeof whole === "boolean";
  return fits ? { kind, server, first, lines, dropped, whole } : undefined;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isCount = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0;
const areTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
const oneOf = <const T extends string>(choices: readonly T[], value: unknown): T | undefined =>
  choices.find((choice) => choice === value);

const isState = (value: unknown): value is PageState =>
  isRecord(value) &&
  oneOf(pageTabs, value["tab"]) !== undefined &&
  Array.isArray(value["queue"]) &&
  value["queue"].every(isRow) &&
  Array.isArray(value["servers"]) &&
  value["servers"].every(isSource) &&
  isText(value["summary"]) &&
  isTextOrAbsent(value["watched"]) &&
  isTextOrAbsent(value["notice"]);

const isTextOrAbsent = (value: unknown): boolean => value === undefined || isText(value);

const isSource = (value: unknown): value is LogSource =>
  isRecord(value) && isText(value["server"]) && isText(value["title"]);

const isRow = (value: unknown): value is QueueRow =>
  isRecord(value) &&
  ["id", "model", "variant", "stateWords", "amount", "pace", "reason"].every((field) => isText(value[field])) &&
  oneOf(downloadStates, value["state"]) !== undefined &&
  (value["fraction"] === null || typeof value["fraction"] === "number") &&
  Array.isArray(value["deeds"]) &&
  value["deeds"].every((deed) => oneOf(rowDeeds, deed) !== undefined);

const wordFields = [
  "queue",
  "logs",
  "views",
  "download",
  "serve",
  "noDownloads",
  "noLogs",
  "noMatch",
  "server",
  "filter",
  "follow",
  "dropped",
] as const satisfies readonly (keyof PageWords)[];

function isWords(value: unknown): value is PageWords {
  if (!isRecord(value) || !wordFields.every((field) => isText(value[field]))) return false;
  const deeds = value["deeds"];
  return isRecord(deeds) && rowDeeds.every((deed) => isText(deeds[deed]));
}
