import type { FileNameFacts } from "../identify/file-name.ts";
import type { HubListing } from "../ports/hub-client.ts";
import { sizeWords } from "../present/units.ts";
import type { HubChoice } from "../protocol/hub.ts";

/** Files that are one model: all its parts. */
export interface Weights {
  readonly group: string;
  readonly format: string;
  readonly quantization: string | undefined;
  readonly files: readonly Named[];
}

export interface Named extends HubListing {
  readonly facts: FileNameFacts;
}

/** What is told of every choice. */
export const choice = (files: readonly Named[], word: string): Pick<HubChoice, "label" | "files" | "sizeBytes"> => {
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return { label: `${word} · ${sizeWords(sizeBytes)}`, files: files.map((file) => file.path), sizeBytes };
};

/** What diffusers call a variant: the same weights in another type, or without the average over the training. */
const VARIANT = /\.(fp16|bf16|fp32|fp8|non_ema|ema_only)(?=[.-])/i;

export const variantOf = (path: string): string | undefined =>
  VARIANT.exec(path.slice(path.lastIndexOf("/") + 1))?.[1]?.toLowerCase();

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
