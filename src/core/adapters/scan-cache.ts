import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";
import type { FileHead } from "../identify/head.ts";
import type { FoundModel, StoreProblem } from "../stores/found.ts";
import { reasonOf } from "../util/faults.ts";
import { codeOf } from "./node-files.ts";

/** To be raised whenever a reader says something else of the same bytes. */
const READERS = 4;
/** Characters; a hundred thousand models take about half. Beyond it the scan goes on, and remembers less. */
const LARGEST = 256 * 2 ** 20;

/** What was seen of a path, and what it looked like then: `stamp` empty where nothing was there. */
export interface Seen {
  readonly path: string;
  readonly stamp: string;
  /** Of a folder that was listed: how many files lay in it. */
  readonly files?: number;
}

export interface Remembered {
  folder: { readonly stamp: string; readonly items: string };
  head: { readonly stamp: string; readonly head: FileHead };
  models: {
    /** Of this and no other reading, whoever wrote it: what was told by it is still so where it stands here again. */
    readonly name: string;
    readonly seen: readonly Seen[];
    /** Of the models, in their order. */
    readonly paths: readonly string[];
    /** Not looked at, they are not made of their line. */
    readonly models: readonly FoundModel[];
    readonly problems: readonly StoreProblem[];
  };
}
export type Kind = keyof Remembered;

/** What earlier scans of one root saw. Derived: it may be gone or broken at any time. */
export interface ScanCache {
  /** Nothing was remembered when it was opened. */
  readonly isEmpty: boolean;
  get<K extends Kind>(kind: K, key: string): Remembered[K] | undefined;
  put<K extends Kind>(kind: K, key: string, value: Remembered[K]): void;
  /** Still true, though nobody asked. */
  keep(kind: Kind, key: string): void;
  /** Writes it where something is new. @param whole the scan saw everything: what nobody asked for is forgotten */
  save(whole: boolean): void;
}

/**
 * A line for each, parsed when it is asked for: most are not. What is new becomes a line when it is written, which may be
 * after the scan has answered.
 * @param file undefined: nothing is written @param version of the extension: another one's is not believed
 */
export function createScanCache(file: string | undefined, version: string, warn: (message: string) => void): ScanCache {
  const header = JSON.stringify({ modelDeckScan: READERS, version });
  const lines = file === undefined ? new Map<string, string>() : load(file, header, warn);
  const fresh: Fresh = { folder: new Map(), head: new Map(), models: new Map() };
  const used = new Set<string>();

  return {
    isEmpty: lines.size === 0,
    get: (kind, key) => {
      const put = fresh[kind].get(key);
      if (put) return put;
      const name = nameOf(kind, key);
      const line = lines.get(name);
      if (line === undefined) return undefined;
      used.add(name);
      return parse(kind, line);
    },
    put: (kind, key, value) => void fresh[kind].set(key, value),
    keep: (kind, key) => void used.add(nameOf(kind, key)),
    save: (whole) => {
      if (file === undefined || kinds.every((kind) => fresh[kind].size === 0)) return;
      for (const kind of kinds)
        for (const [key, value] of fresh[kind]) {
          const name = nameOf(kind, key);
          used.add(name);
          lines.set(name, lineOf(value));
        }
      for (const kind of kinds) fresh[kind].clear();
      if (whole) for (const name of lines.keys()) if (!used.has(name)) lines.delete(name);
      try {
        replace(file, written(header, lines));
      } catch (error) {
        warn(`what was scanned cannot be remembered at ${file}: ${reasonOf(error)}`);
      }
    },
  };
}

type Fresh = { readonly [K in Kind]: Map<string, Remembered[K]> };

const kinds = ["folder", "head", "models"] as const satisfies readonly Kind[];
const MARKS: Readonly<Record<Kind, string>> = { folder: "d", head: "h", models: "m" };
/** As it stands in the file: JSON has no raw tab or line end. */
const nameOf = (kind: Kind, key: string): string => MARKS[kind] + JSON.stringify(key);

function load(file: string, header: string, warn: (message: string) => void): Map<string, string> {
  const lines = new Map<string, string>();
  try {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LARGEST) return lines;
    const content = readFileSync(file);
    const end = content.lastIndexOf("\n", content.length - 2) + 1;
    const text = content.toString("utf8", 0, end);
    if (!text.startsWith(`${header}\n`)) return lines;
    if (content.toString("utf8", end) !== lastLine(content.subarray(0, end)))
      throw new Error("it is not as it was written");
    for (let at = header.length + 1; at < text.length;) {
      const stop = text.indexOf("\n", at);
      const tab = text.indexOf("\t", at);
      lines.set(text.slice(at, tab), text.slice(tab + 1, stop));
      at = stop + 1;
    }
  } catch (error) {
    lines.clear();
    if (codeOf(error) !== "ENOENT") warn(`what was scanned before is not known: ${file}: ${reasonOf(error)}`);
  }
  return lines;
}

function written(header: string, lines: ReadonlyMap<string, string>): Buffer {
  const parts = [header];
  let length = header.length;
  for (const [name, line] of lines) {
    length += name.length + line.length + 2;
    if (length > LARGEST) break;
    parts.push(`${name}\t${line}`);
  }
  const text = Buffer.from(`${parts.join("\n")}\n`);
  return Buffer.concat([text, Buffer.from(lastLine(text))]);
}

const lastLine = (before: Uint8Array): string => `${crc32(before)}\n`;
/** No text within JSON has such quotes. */
const MODELS = ',"models":[';

/** With the models last, so that a line can be read without them. */
function lineOf(value: Remembered[Kind]): string {
  if (!("models" in value)) return JSON.stringify(value);
  const { models, ...rest } = value;
  return JSON.stringify({ ...rest, models });
}

/** The check sum has proven that we wrote it. */
function parse(kind: Kind, line: string) {
  if (kind !== "models") return JSON.parse(line);
  const at = line.indexOf(MODELS);
  let models: readonly FoundModel[] | undefined;
  return {
    ...JSON.parse(`${line.slice(0, at)}}`),
    get models() {
      return (models ??= JSON.parse(line.slice(at + MODELS.length - 1, -1)));
    },
  };
}

function replace(file: string, content: Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  // Another thread of this process may write the same file.
  const fresh = `${file}.${randomUUID().slice(0, 8)}.new`;
  try {
    writeFileSync(fresh, content, { mode: 0o600, flag: "wx" });
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}
