import * as vscode from "vscode";
import { backendsDocument } from "../../core/present/backends-document.ts";
import type { BackendStatus } from "../../core/protocol/serving.ts";
import type { Ask } from "../ask.ts";
import type { Documents } from "../documents.ts";
import { pickOne } from "../pick.ts";
import type { Switcher } from "../switcher.ts";

/** What these commands act on. */
interface BackendStage {
  readonly ask: Ask;
  readonly documents: Documents;
  readonly switcher: Pick<Switcher, "startBackend">;
  readonly pullImage: (image: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Without arguments the back ends' commands ask, where there is more than one answer. */
export async function checkBackends({ ask, documents, signal }: BackendStage): Promise<void> {
  const { backends } = await ask("backends.list", {}, signal);
  await documents.show(vscode.l10n.t("What can serve models here"), backendsDocument(backends));
}

export async function startBackend(stage: BackendStage): Promise<void> {
  const backend = await pickBackend(stage, vscode.l10n.t("Serve Again What a Back End Served Last"));
  if (backend !== undefined) await stage.switcher.startBackend(backend.backend);
}

export async function stopBackend(stage: BackendStage): Promise<void> {
  const backend = await pickBackend(stage, vscode.l10n.t("Stop All Servers of a Back End"));
  if (backend) await stage.ask("backends.stop", { backend: backend.backend }, stage.signal);
}

/** The image is the settings' own unless another is typed. */
export async function askAndPull({ ask, pullImage, signal }: BackendStage): Promise<void> {
  const { backends } = await ask("backends.list", {}, signal);
  const images = backends.flatMap(({ image }) => image ?? []);
  const image = await vscode.window.showInputBox({
    title: vscode.l10n.t("Pull Server Image"),
    prompt: vscode.l10n.t("The image to fetch, as registry/name:tag"),
    value: (images.find(({ present }) => !present) ?? images[0])?.name ?? "",
    validateInput: (text) => (isImage(text) ? undefined : vscode.l10n.t("An image is named as registry/name:tag.")),
  });
  if (image === undefined) return;
  await pullImage(image.trim());
  void vscode.window.showInformationMessage(vscode.l10n.t("{0} is here.", image.trim()));
}

const isImage = (text: string): boolean => /^[\w.\-/:@]+$/.test(text.trim());

const pickBackend = async ({ ask, signal }: BackendStage, title: string): Promise<BackendStatus | undefined> =>
  pickOne(
    { title, placeholder: vscode.l10n.t("Which back end"), none: vscode.l10n.t("There is no back end.") },
    (await ask("backends.list", {}, signal)).backends.map((value) => ({ value, label: value.backend })),
  );
