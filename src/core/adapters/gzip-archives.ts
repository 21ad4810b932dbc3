import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { createGunzip, gunzip, gzip } from "node:zlib";
import type { Archives } from "../ports/archives.ts";
import { fault, reasonOf } from "../util/faults.ts";
import { durableReplace } from "./durable-replace.ts";
import { asWriteFault } from "./node-files.ts";

/** A small file may unpack to anything: more than this is nothing of ours. */
const LARGEST = 2 ** 30;
const LONGEST_HEAD = 2 ** 16;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

export const gzipArchives: Archives = {
  write: async (file, content) => {
    const packed = await pack(content, { level: 3 });
    try {
      await durableReplace(file, packed);
    } catch (error) {
      throw await asWriteFault(file, packed.length, error);
    }
    return packed.length;
  },
  read: async (file) => {
    const packed = await unlessAbsent(file, readFile(file));
    if (!packed) return undefined;
    try {
      return (await unpack(packed, { maxOutputLength: LARGEST })).toString("utf8");
    } catch (error) {
      throw fault({ code: "formatInvalid", what: file, reason: reasonOf(error) }, error);
    }
  },
  head: async (file) => {
    const found = await unlessAbsent(file, stat(file));
    return found && { line: await firstLine(file), bytes: found.size };
  },
};

async function firstLine(file: string): Promise<string> {
  const source = createReadStream(file);
  const unpacked = source.pipe(createGunzip());
  source.on("error", (error) => unpacked.destroy(error));
  let text = "";
  try {
    for await (const chunk of unpacked.setEncoding("utf8")) {
      text += String(chunk);
      const end = text.indexOf("\n");
      if (end !== -1) return text.slice(0, end);
      if (text.length > LONGEST_HEAD) break;
    }
  } catch (error) {
    throw fault({ code: "formatInvalid", what: file, reason: reasonOf(error) }, error);
  } finally {
    source.destroy();
    unpacked.destroy();
  }
  return text;
}

async function unlessAbsent<T>(file: string, promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw await asWriteFault(file, 0, error);
  }
}
