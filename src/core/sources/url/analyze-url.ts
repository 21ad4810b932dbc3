import { readFileName } from "../../identify/file-name.ts";
import { sizeWords } from "../../present/units.ts";
import type { HubAnalysis } from "../../protocol/hub.ts";
import { fault } from "../../util/faults.ts";
import type { Sha256 } from "../../util/ids.ts";
import type { Installed } from "../huggingface.ts";
import { pickleWarning } from "../pickle.ts";
import { refuseAddress } from "./allow-address.ts";
import { fileNameOf } from "./file-name.ts";
import { type ProbeDeps, type Probed, probe } from "./probe.ts";

export interface UrlSource extends ProbeDeps {
  readonly installed: Installed;
}

/** One file at an address; pinned to its ETag, else to its date, else to its size. */
export async function analyzeUrl(
  source: UrlSource,
  { url, sha256 }: { readonly url: URL; readonly sha256: Sha256 | undefined },
  revision: string | undefined,
  signal: AbortSignal,
): Promise<HubAnalysis> {
  const problem = await refuseAddress(url, source, signal);
  if (problem !== undefined) throw fault({ code: "badArguments", verb: "hub.analyze", path: "model", problem });
  const told = await probe(source, { url }, signal);
  const commit = pinOf(told, sha256);
  if (revision !== undefined && revision !== NEWEST && revision !== commit)
    throw fault({ code: "stale", what: `${url.origin}${url.pathname}`, reason: "it is another file now" });
  const path = fileNameOf(url, told.disposition);
  const { format, quantization } = readFileName(path);
  const word = quantization ?? format ?? path;
  const here = sha256 === undefined ? undefined : (await source.installed([sha256])).get(sha256)?.entry;
  const warning = pickleWarning(format, undefined);
  const { sizeBytes } = told;
  return {
    provider: "url",
    repository: sha256 === undefined ? url.href : `${url.href}#sha256=${sha256}`,
    title: path,
    revision: NEWEST,
    commit,
    files: [
      {
        path,
        sizeBytes,
        url: url.href,
        ...(sha256 !== undefined && { sha256 }),
        ...(format !== undefined && { format }),
        ...(quantization !== undefined && { quantization }),
        ...(warning !== undefined && { warning }),
      },
    ],
    choices: [
      {
        label: `${word} · ${sizeWords(sizeBytes)}`,
        format: format ?? "other",
        ...(quantization !== undefined && { quantization }),
        files: [path],
        sizeBytes,
        ...(here !== undefined && { alreadyHere: here }),
      },
    ],
    gated: false,
    private: false,
    tags: [],
    characteristics: [],
    page: `${url.origin}${url.pathname}`,
  };
}

/** What an address holds at the moment. */
const NEWEST = "main";

const pinOf = ({ etag, modified, sizeBytes }: Probed, sha256: Sha256 | undefined): string =>
  sha256 ?? etag ?? modified ?? `size:${sizeBytes}`;
