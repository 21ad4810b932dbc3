import * as vscode from "vscode";
import type { Entry } from "../core/protocol/models.ts";

/** Shown in a hover at most; a larger one would be read whole for a look. */
const PICTURE = 1024 * 1024;

/** The address of its picture, where it is one a hover can show. */
export async function pictureOf({ preview }: Pick<Entry, "preview">): Promise<string | undefined> {
  if (preview === undefined || !/\.(png|jpe?g|webp|gif)$/i.test(preview)) return undefined;
  const uri = vscode.Uri.file(preview);
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    return (type & vscode.FileType.File) !== 0 && size <= PICTURE ? uri.toString() : undefined;
  } catch {
    return undefined;
  }
}
