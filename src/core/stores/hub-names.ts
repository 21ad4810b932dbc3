import type { StoreDisk } from "../ports/store-disk.ts";
import { parseGitSha1, parseSha256 } from "../util/ids.ts";
import type { FolderContext } from "./folder-context.ts";
import type { FoundFile } from "./found.ts";

type Digest = Pick<FoundFile, "sha256" | "gitSha1">;

/** The hub names a large file by its sha256 and a small one as git does. undefined where the word is neither. */
export function digestOfEtag(etag: string): Digest | undefined {
  const sha256 = parseSha256(etag);
  if (sha256 !== undefined) return { sha256 };
  const gitSha1 = parseGitSha1(etag);
  return gitSha1 === undefined ? undefined : { gitSha1 };
}

/** Of a cache's folder `models--owner--name`, or one without an owner; undefined for any other. */
export function repositoryOfFolder(name: string): string | undefined {
  const match = /^models--(?=[^-])(.+)$/.exec(name);
  return match?.[1]?.replace("--", "/");
}

export interface DownloadNote {
  readonly commit: string;
  readonly etag: string;
  /** Whole milliseconds since 1970. */
  readonly written: number;
}

/** A note that the hub's tools leave of a file they put into a plain folder: commit, etag, seconds, a line each. */
export function parseDownloadNote(text: string): DownloadNote | undefined {
  const [commit = "", etag = "", seconds = ""] = text.split("\n").map((line) => line.trim());
  const written = Number(seconds) * 1000;
  if (parseGitSha1(commit) === undefined || digestOfEtag(etag) === undefined || !(written > 0)) return undefined;
  return { commit, etag, written: Math.floor(written) };
}

const LARGEST_NOTE = 4096;

/**
 * What the hub's tools noted beside a folder they filled (`--local-dir`). Of a file that was changed since there is
 * nothing. `revision` is that of the most recent note.
 */
export function localNotes(
  folder: string,
  disk: StoreDisk,
): Required<Pick<FolderContext, "digestOf">> & { readonly revision: string | undefined } {
  const notes = `${folder}/.cache/huggingface/download`;
  const noteOf = (path: string): DownloadNote | undefined => {
    try {
      const text = disk.text(path, LARGEST_NOTE);
      return text === undefined ? undefined : parseDownloadNote(text);
    } catch {
      return undefined;
    }
  };
  let newest: DownloadNote | undefined;
  for (const { name } of disk.stat(notes)?.kind === "folder" ? (disk.list(notes) ?? []) : []) {
    const note = name.endsWith(".metadata") ? noteOf(`${notes}/${name}`) : undefined;
    if (note && note.written > (newest?.written ?? 0)) newest = note;
  }
  return {
    revision: newest?.commit,
    digestOf: (path) => {
      if (newest === undefined || !path.startsWith(`${folder}/`)) return undefined;
      const note = noteOf(`${notes}/${path.slice(folder.length + 1)}.metadata`);
      const modified = disk.stat(path)?.modified;
      // The tools' own tolerance: disks keep times in steps.
      if (!note || modified === undefined || modified - 1000 > note.written) return undefined;
      return digestOfEtag(note.etag);
    },
  };
}
