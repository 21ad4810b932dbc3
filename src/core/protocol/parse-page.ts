import { downloadStates } from "./downloads.ts";
import {
  type LogSource,
  type PageState,
  type PageWords,
  type ToHost,
  type ToPage,
  clearable,
  pageCommands,
  pageTabs,
  rowDeeds,
} from "./page.ts";
import { isLogIntent, isLogsWords } from "./logs-page.ts";
import { isCount, isQueueUpdate } from "./parse-queue.ts";
import { isOfferIntent, isServerIntent, isServersUpdate, isServersWords } from "./servers-page.ts";
import { type Guard, areWords, isFlag, isList, isOneOf, isShape, isText } from "./shape.ts";

const isTab = isOneOf(pageTabs);
const isCommand = isOneOf(pageCommands);
const isDeed = isOneOf(rowDeeds);
const isClearable = isOneOf(clearable);
const isWide = isOneOf(["pause", "resume"]);
const areTexts = isList(isText);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The intent, or undefined where it is none: a page may be sent anything. */
export function parseToHost(message: unknown): ToHost | undefined {
  if (!isRecord(message)) return undefined;
  const { kind, id, tab, server, command, open, before, bytesPerSecond, state, deed } = message;
  switch (kind) {
    case "ready":
      return { kind };
    case "show":
      return isTab(tab) ? { kind, tab } : undefined;
    case "watch":
      return isText(server) ? { kind, server } : undefined;
    case "server":
      return isServerIntent(message) ? message : undefined;
    case "offer":
      return isOfferIntent(message) ? message : undefined;
    case "log":
      return isLogIntent(message) ? message : undefined;
    case "command":
      return isCommand(command) ? { kind, command } : undefined;
    case "open":
      return isText(id) && isFlag(open) ? { kind, id, open } : undefined;
    case "place":
      return isText(id) && (before === null || isText(before)) ? { kind, id, before } : undefined;
    case "limit":
      return bytesPerSecond === null || (isCount(bytesPerSecond) && bytesPerSecond > 0)
        ? { kind, bytesPerSecond }
        : undefined;
    case "clear":
      return isClearable(state) ? { kind, state } : undefined;
    case "all":
      return isWide(deed) ? { kind, deed } : undefined;
    default:
      return isDeed(kind) && isText(id) ? { kind, id } : undefined;
  }
}

/** The message, or undefined where it is not of this version. */
export function parseToPage(message: unknown): ToPage | undefined {
  if (!isRecord(message)) return undefined;
  const { kind, words, state, update, server, first, lines, dropped, whole } = message;
  if (kind === "words") return isWords(words) ? { kind, words } : undefined;
  if (kind === "state") return isState(state) ? { kind, state } : undefined;
  if (kind === "queue") return isQueueUpdate(update) ? { kind, update } : undefined;
  if (kind === "servers") return isServersUpdate(update) ? { kind, update } : undefined;
  if (kind !== "logs") return undefined;
  const fits = isText(server) && isCount(first) && areTexts(lines) && isCount(dropped) && isFlag(whole);
  return fits ? { kind, server, first, lines, dropped, whole } : undefined;
}

const areSources = isList(isShape<LogSource>({ server: isText, title: isText }));
const isTextOrAbsent = (value: unknown): boolean => value === undefined || isText(value);

const isState = (value: unknown): value is PageState =>
  isRecord(value) &&
  isTab(value["tab"]) &&
  areSources(value["servers"]) &&
  isTextOrAbsent(value["watched"]) &&
  isTextOrAbsent(value["notice"]);

const isWords: Guard<PageWords> = isShape<PageWords>({
  queue: isText,
  logs: isText,
  views: isText,
  deeds: areWords(rowDeeds),
  states: areWords(downloadStates),
  clearStates: areWords(clearable),
  download: isText,
  serve: isText,
  noDownloads: isText,
  noSuchDownload: isText,
  downloadsFilter: isText,
  state: isText,
  allStates: isText,
  pauseAll: isText,
  resumeAll: isText,
  clear: isText,
  limit: isText,
  noLimit: isText,
  files: isText,
  dragHint: isText,
  noLogs: isText,
  noMatch: isText,
  server: isText,
  filter: isText,
  follow: isText,
  dropped: isText,
  log: isLogsWords,
  tiles: isServersWords,
});
