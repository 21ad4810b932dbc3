import { readFile } from "node:fs/promises";
import path from "node:path";
import { isObject } from "../owner/parse-object.ts";
import { durableReplace } from "./durable-replace.ts";

type Values = Readonly<Record<string, unknown>>;

/** What a window was set to last, in the data folder: a terminal cannot read an editor's settings. */
const fileOf = (storage: string): string => path.join(storage, "settings.json");

/** Keys without the prefix `modelDeck.`; empty where no window kept any. */
export async function keptSettings(storage: string): Promise<Values> {
  const text = await readFile(fileOf(storage), "utf8").catch(() => "{}");
  try {
    return settingsOf(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Writes only where something changed. */
export async function keepSettings(storage: string, values: Values): Promise<void> {
  const text = `${JSON.stringify(values, null, 2)}\n`;
  const before = await readFile(fileOf(storage), "utf8").catch(() => undefined);
  if (before !== text) await durableReplace(fileOf(storage), text);
}

/** Ours of a file of settings, be it an editor's own, where they have their prefix. */
export function settingsOf(json: unknown): Values {
  const PREFIX = "modelDeck.";
  const all = isObject(json) ? Object.entries(json) : [];
  const ours = all.filter(([key]) => key.startsWith(PREFIX));
  return Object.fromEntries(ours.length > 0 ? ours.map(([key, value]) => [key.slice(PREFIX.length), value]) : all);
}
