import type { Place } from "../../../../src/core/downloads/place.ts";
import { placeFor } from "../../../../src/core/downloads/place.ts";
import type { HubListing } from "../../../../src/core/ports/hub-client.ts";
import type { HubAnalysis, HubFile } from "../../../../src/core/protocol/hub.ts";
import type { Layout } from "../../../../src/core/settings.ts";
import { readChoices } from "../../../../src/core/sources/choices.ts";
import { parseGitSha1, parseSha256 } from "../../../../src/core/util/ids.ts";
import { gitSha1Of, sha256Of } from "../../../support/stores/model-files.ts";

export const COMMIT = "c".repeat(40);

/** What a hub says of a repository with these files; weights go by their sha256, texts by git's name. */
export function analysisOf(
  contents: Readonly<Record<string, Uint8Array | string>>,
  more: Partial<HubAnalysis> = {},
): HubAnalysis {
  const listings = Object.entries(contents).map(([path, content]): HubListing => {
    const [sha256, gitSha1] =
      typeof content === "string"
        ? [undefined, parseGitSha1(gitSha1Of(content))]
        : [parseSha256(sha256Of(content)), undefined];
    return {
      path,
      sizeBytes: Buffer.from(content).length,
      ...(sha256 !== undefined && { sha256 }),
      ...(gitSha1 !== undefined && { gitSha1 }),
    };
  });
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
