import * as vscode from "vscode";
import type { Ask } from "../ask.ts";
import type { DeckLink } from "../deck-link.ts";
import { followTask } from "../follow-task.ts";

/** Fetches an image, on a person's word alone, with its progress. @throws the reason where it fails */
export async function pullImage(
  image: string,
  { link, ask, signal }: { readonly link: DeckLink; readonly ask: Ask; readonly signal: AbortSignal },
): Promise<void> {
  const answer = await link.run("images.pull", { image }, signal);
  const id = typeof answer === "object" && answer !== null && "id" in answer ? String(answer.id) : undefined;
  if (id !== undefined) await followTask(id, vscode.l10n.t("Pulling {0}", image), { ask, signal });
}
