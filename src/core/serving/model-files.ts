import type { Files } from "../ports/files.ts";
import { fault } from "../util/faults.ts";
import { type Bytes, bytes } from "../util/ids.ts";
import { fileName, folderOf, isAbsolutePath } from "./model-path.ts";

/** The files a server reads, found on the disk. */
export interface ModelFiles {
  /** The folder the model lies in. */
  readonly folder: string;
  /** The model first, then the other parts of a split one, by number. */
  readonly parts: readonly ModelFile[];
  /** Files that arguments name: the value as written → the file. */
  readonly named: ReadonlyMap<string, ModelFile>;
  /** Of the parts. */
  readonly size: Bytes;
}

export interface ModelFile {
  /** As it was named; links not resolved. */
  readonly path: string;
  /** With every link resolved: what a container can be given. */
  readonly real: string;
  readonly size: Bytes;
  /** Device and inode in one word. */
  readonly identity?: string;
}

/**
 * All parts of a split model, and the files that flags name: an absolute one, or one below the model's folder. A value
 * that names no file here is left to the server.
 * @throws FaultError `fileUnreadable` where a part is not there
 */
export async function findModelFiles(
  modelPath: string,
  args: readonly string[],
  fileFlags: ReadonlySet<string>,
  files: Files,
): Promise<ModelFiles> {
  const folder = folderOf(modelPath);
  const parts = await Promise.all(
    partNames(fileName(modelPath)).map(async (name) => {
      const path = modelPath.slice(0, modelPath.length - fileName(modelPath).length) + name;
      const file = await find(path, files);
      if (!file) throw fault({ code: "fileUnreadable", path, reason: "it is not there" });
      return file;
    }),
  );
  const named = new Map<string, ModelFile>();
  for (const [index, flag] of args.entries()) {
    const value = args[index + 1];
    if (!fileFlags.has(flag) || value === undefined) continue;
    const file = await find(isAbsolutePath(value) ? value : `${folder}/${value}`, files);
    if (file) named.set(value, file);
  }
  return { folder, parts, named, size: bytes(parts.reduce((all, part) => all + part.size, 0)) };
}

/** `name-00001-of-00003.gguf` stands for three files, whichever of them is named; the first is what a server is given. */
export function partNames(name: string): readonly string[] {
  const [, stem, , count, end] = /^(.+-)(\d{5})-of-(\d{5})(\.gguf)$/i.exec(name) ?? [];
  if (stem === undefined || count === undefined || Number(count) > 999) return [name];
  return Array.from({ length: Number(count) }, (_, n) => `${stem}${String(n + 1).padStart(5, "0")}-of-${count}${end}`);
}

async function find(path: string, files: Files): Promise<ModelFile | undefined> {
  const facts = await files.stat(path);
  if (facts?.kind !== "file") return undefined;
  return { path, real: (await files.resolve(path)) ?? path, size: facts.size, identity: facts.identity };
}
