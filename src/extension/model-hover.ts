import * as vscode from "vscode";
import { modelTooltip } from "../core/present/model-row.ts";
import type { Entry, EntryDetails } from "../core/protocol/models.ts";
import { speakHere } from "./speak-here.ts";

speakHere();

/** Shown in a hover at most; a larger one would be read whole for a look. */
const PICTURE = 1024 * 1024;

/** What is told of a model while the pointer rests on its row. */
export const hoverOf = async (details: EntryDetails): Promise<vscode.MarkdownString> =>
  new vscode.MarkdownString(modelTooltip(details, await pictureOf(details)), true);

/** The address of its picture, where it is one a hover can show. */
async function pictureOf({ preview }: Pick<Entry, "preview">): Promise<string | undefined> {
  if (preview === undefined || !/\.(png|jpe?g|webp|gif)$/i.test(preview)) return undefined;
  const uri = vscode.Uri.file(preview);
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    return (type & vscode.FileType.File) !== 0 && size <= PICTURE ? uri.toString() : undefined;
  } catch {
    return undefined;
  }
}
