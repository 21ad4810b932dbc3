import { folderOf } from "../downloads/safe-path.ts";
import type { Files } from "../ports/files.ts";

/** Where files that speak of a model go, or why nothing goes there. */
export type Beside =
  | { readonly kind: "here"; /** Absolute, without an ending. */ readonly stem: string }
  /** `reason`: a sentence for people; absent where there is no single file to lie beside. */
  | { readonly kind: "elsewhere"; readonly reason?: string };

/** How far up a program's own database is looked for. */
const LEVELS = 6;

/** Stores that other programs keep to themselves get no file of ours. */
export async function besideOf(path: string | undefined, files: Pick<Files, "stat">): Promise<Beside> {
  if (path === undefined || path.startsWith("ollama://")) return { kind: "elsewhere" };
  const slashed = path.replaceAll("\\", "/");
  if (/\/models--[^/]+\/(snapshots|blobs)\//.test(slashed)) {
    return { kind: "elsewhere", reason: "its folder is the cache of Hugging Face" };
  }
  if (/\/blobs\/sha256[-:][0-9a-f]{64}$/i.test(slashed)) {
    return { kind: "elsewhere", reason: "its folder is the store of Ollama" };
  }
  if ((await files.stat(path))?.kind !== "file") return { kind: "elsewhere" };
  let folder = folderOf(path);
  for (let level = 0; level < LEVELS && folder.length > 3; level++) {
    if (await files.stat(`${folder}/databases/invokeai.db`)) {
      return { kind: "elsewhere", reason: "its folder is managed by InvokeAI" };
    }
    folder = folderOf(folder);
  }
  return { kind: "here", stem: path.replace(/\.[^./\\]+$/, "") };
}
