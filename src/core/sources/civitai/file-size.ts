import type { HubCache } from "../../metadata/hub-cache.ts";
import { isFault } from "../../util/faults.ts";
import type { CivitaiAccess } from "./ask.ts";
import { type ProbeDeps, probe } from "../url/probe.ts";
import type { CivitaiFile } from "./version.ts";

/** The size of a file to the byte, and whether it may be had. */
export interface FileSize {
  /** undefined: neither its record nor its address tells. */
  readonly sizeBytes: number | undefined;
  /** Why it is not sent to us, as far as it was asked. */
  readonly closed?: "signIn" | "refused";
}

export interface SizeAsking extends ProbeDeps {
  readonly access: CivitaiAccess;
  readonly cache: HubCache;
}

const DAY = 86_400_000;
/** A refusal ends when terms are met or a token is set. */
const REFUSAL_HOLDS = 60_000;

/** By its id, as other parameters may name no file or another. */
export const downloadAddress = (endpoint: string, version: number, file: number | undefined): string =>
  `${endpoint}/api/download/models/${version}${file === undefined ? "" : `?fileId=${file}`}`;

/**
 * kB as they are recorded are bytes divided by 1024, and some were rounded: only a fraction that no rounding leaves is a
 * size to the byte. undefined where it may be off.
 */
export function exactSize(sizeKB: number | undefined): number | undefined {
  if (sizeKB === undefined) return undefined;
  const size = sizeKB * 1024;
  const wasRounded = Number.isInteger(Math.round(sizeKB * 1e9) / 1e5);
  return Number.isSafeInteger(size) && size > 0 && !wasRounded ? size : undefined;
}

/** Asks the file's own address, as the size must hold to the byte when it is fetched. Rejects where the host is down. */
export async function askSize(
  { access, cache, ...deps }: SizeAsking,
  version: number,
  file: CivitaiFile,
  signal: AbortSignal,
): Promise<FileSize> {
  const token = (await access.token())?.trim();
  const key = `civitai:size:${version}:${file.id ?? "primary"}:${token === undefined ? "anyone" : "account"}`;
  const had = (await cache.read([key], 30 * DAY, REFUSAL_HOLDS)).get(key);
  const rough = file.sizeKB === undefined ? undefined : Math.round(file.sizeKB * 1024);
  if (typeof had?.body === "number") return { sizeBytes: had.body };
  if (had) return { sizeBytes: rough, closed: had.failure === "unauthorized" ? "signIn" : "refused" };
  const url = new URL(downloadAddress(access.endpoint, version, file.id));
  try {
    const { sizeBytes } = await probe(deps, { url, token, account: "civitai" }, signal);
    await cache.write([{ key, body: sizeBytes }]);
    return { sizeBytes };
  } catch (error) {
    signal.throwIfAborted();
    if (!isFault(error, "unauthorized") && !isFault(error, "forbidden")) throw error;
    await cache.write([{ key, failure: error.code }]);
    return { sizeBytes: rough, closed: isFault(error, "unauthorized") ? "signIn" : "refused" };
  }
}

/** Files whose address is asked, one after the other: the host is quick to call that unusual. */
const MOST_ASKED = 8;

/** Of the first, always, as it says whether it may be had; of others where their record may be off. */
export async function sizesOf(
  asking: SizeAsking,
  version: number,
  files: readonly CivitaiFile[],
  signal: AbortSignal,
): Promise<readonly FileSize[]> {
  const sizes: FileSize[] = [];
  for (const [index, file] of files.entries()) {
    const exact = exactSize(file.sizeKB);
    const asked = index === 0 || (exact === undefined && index < MOST_ASKED);
    const told = asked
      ? await askSize(asking, version, file, signal).catch((error: unknown) => {
          // Where the record is exact, a host of files that is down hides nothing.
          if (exact === undefined || signal.aborted || !isFault(error)) throw error;
          return undefined;
        })
      : undefined;
    sizes.push({ ...told, sizeBytes: told && told.closed === undefined ? told.sizeBytes : (exact ?? told?.sizeBytes) });
  }
  return sizes;
}
