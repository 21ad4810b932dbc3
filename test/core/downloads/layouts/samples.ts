import type { Place } from "../../../../src/core/downloads/place.ts";
import { placeFor } from "../../../../src/core/downloads/place.ts";
import type { HubAnalysis, HubFile } from "../../../../src/core/protocol/hub.ts";
import type { Layout } from "../../../../src/core/settings.ts";
import { readChoices } from "../../../../src/core/sources/choices.ts";
import { gitSha1Of, sha256Of } from "../../../support/stores/model-files.ts";

export const COMMIT = "c".repeat(40);

/** What a hub says of a repository with these files; weights go by their sha256, texts by git's name. */
export function analysisOf(
  contents: Readonly<Record<string, Uint8Array | string>>,
  more: Partial<HubAnalysis> = {},
): HubAnalysis {
  const listings = Object.entries(contents).map(([path, content]) => ({
    path,
    sizeBytes: Buffer.from(content).length,
    ...(typeof content === "string" ? { gitSha1: gitSha1Of(content) } : { sha256: sha256Of(content) }),
  }));
  const { files, choices } = readChoices("acme/Tiny-GGUF", listings);
  return {
    provider: "huggingface",
    repository: "acme/Tiny-GGUF",
    revision: "main",
    commit: COMMIT,
    files,
    choices,
    gated: false,
    private: false,
    tags: [],
    characteristics: [],
    page: "",
    ...more,
  };
}

export const placeIn = (root: string, layout: Layout, analysis: HubAnalysis, subfolder?: string): Place =>
  placeFor({ locations: [{ name: "main", path: root, layout }], defaultLocation: "main" }, { subfolder }, analysis);

export const pathsOf = (files: readonly HubFile[]): readonly string[] => files.map(({ path }) => path);
