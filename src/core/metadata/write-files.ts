import type { Files } from "../ports/files.ts";
import type { Pictures } from "../ports/pictures.ts";
import type { Written } from "./fetched.ts";

export interface FileParts {
  readonly files: Pick<Files, "stat" | "list" | "replace" | "remove" | "readText">;
  readonly pictures: Pictures;
}

/** Files that were written, and the way back. */
export interface Writing {
  readonly written: readonly Written[];
  undo(): Promise<void>;
}

/** Larger ones are none of ours. */
const LARGEST = 32 * 2 ** 20;

/** All or none: where one cannot be written, those before it are as they were, and the fault is thrown. */
export async function writeFiles(
  { files, pictures }: FileParts,
  wanted: readonly { readonly path: string; readonly content: string | Uint8Array }[],
  signal: AbortSignal,
): Promise<Writing> {
  const before: { path: string; content: Uint8Array | undefined }[] = [];
  const undo = async (): Promise<void> => {
    for (const { path, content } of before.splice(0).toReversed())
      await (content ? files.replace(path, content) : files.remove(path));
  };
  const written: Written[] = [];
  try {
    for (const { path, content } of wanted) {
      before.push({ path, content: await pictures.read(path, LARGEST, signal) });
      await files.replace(path, content);
      written.push(await seen(files, path));
    }
  } catch (error) {
    await undo();
    throw error;
  }
  return { written, undo };
}

async function seen(files: Pick<Files, "stat">, path: string): Promise<Written> {
  const facts = await files.stat(path);
  return { path, size: facts?.size ?? 0, modified: facts?.modified ?? 0 };
}

/** False where a person, or another program, changed it since. */
export async function isAsWritten(files: Pick<Files, "stat">, { path, size, modified }: Written): Promise<boolean> {
  const facts = await files.stat(path);
  return facts?.size === size && facts.modified === modified;
}
