import * as vscode from "vscode";
import type { EntryDetails } from "../../core/protocol/models.ts";

/** Bytes of a picture a page is handed; thumbnails are a tenth of it. */
const LARGEST = 200 * 1024;

/** Kinds a page shows, by how they begin: a bitmap, whatever its name says. */
const kinds: readonly (readonly [string, RegExp])[] = [
  ["image/png", /^\u0089PNG\r\n/],
  ["image/jpeg", /^\u00FF\u00D8\u00FF/],
  ["image/gif", /^GIF8[79]a/],
  ["image/webp", /^RIFF[^]{4}WEBP/],
];

/**
 * The thumbnail, else the picture itself, as a `data:` address: a page needs no way to any folder then. Empty where there
 * is none, or none of a kind and size to be shown.
 */
export async function cardPicture({ preview, metadata }: EntryDetails): Promise<string> {
  if (preview === undefined) return "";
  const { thumbnail } = metadata;
  const own = typeof thumbnail === "string" ? await dataAddress(thumbnail) : "";
  return own === "" ? dataAddress(preview) : own;
}

async function dataAddress(path: string): Promise<string> {
  const uri = vscode.Uri.file(path);
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.File) === 0 || size > LARGEST) return "";
    const content = Buffer.from(await vscode.workspace.fs.readFile(uri));
    const head = content.toString("latin1", 0, 16);
    const kind = kinds.find(([, begins]) => begins.test(head))?.[0];
    return kind === undefined ? "" : `data:${kind};base64,${content.toString("base64")}`;
  } catch {
    return "";
  }
}
