import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGunzip, createGzip, gunzip, gzip } from "node:zlib";
import type { Archives } from "../ports/archives.ts";
import { fault, reasonOf } from "../util/faults.ts";
import { durableReplace } from "./durable-replace.ts";
import { asWriteFault } from "./node-files.ts";

/** A small file may unpack to anything: more than this is nothing of ours. */
const LARGEST = 2 ** 30;
const LONGEST_HEAD = 2 ** 16;
/** Bytes that are unpacked at a time. */
const CHUNK = 2 ** 18;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

export const gzipArchives: Archives = {
  write: async (file, content) => {
    const packed = typeof content === "string" ? await pack(content, { level: 3 }) : await packPieces(content);
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
  lines: linesOf,
  head: async (file) => {
    const found = await unlessAbsent(file, stat(file));
    return found && { line: await firstLine(file), bytes: found.size };
  },
};

async function packPieces(content: AsyncIterable<string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await pipeline(Readable.from(content), createGzip({ level: 3 }), async (packed: AsyncIterable<Buffer>) => {
    for await (const chunk of packed) chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}

async function* linesOf(file: string): AsyncIterable<readonly string[]> {
  if ((await unlessAbsent(file, stat(file))) === undefined) return;
  const source = createReadStream(file);
  const unpacked = source.pipe(createGunzip({ chunkSize: CHUNK }));
  source.on("error", (error) => unpacked.destroy(error));
  let rest = "";
  try {
    for await (const chunk of unpacked.setEncoding("utf8")) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      yield lines;
    }
    if (rest !== "") yield [rest];
  } catch (error) {
    throw fault({ code: "formatInvalid", what: file, reason: reasonOf(error) }, error);
  } finally {
    source.destroy();
    unpacked.destroy();
  }
}

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
