import { mkdir, symlink } from "node:fs/promises";
import path from "node:path";
import { gitSha1Of, put, sha256Of } from "./model-files.ts";

export interface CachedRevision {
  readonly commit: string;
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** As `main`, `pr/1`. */
  readonly refs?: readonly string[];
  /** As on Windows without the right to link: the files themselves lie in the snapshot. */
  readonly copies?: boolean;
}

/** Puts a revision into a cache as huggingface_hub does: bytes under their etag, a relative link under their name. */
export async function cacheRevision(root: string, repository: string, revision: CachedRevision): Promise<string> {
  const folder = `${root}/models--${repository.replace("/", "--")}`;
  const snapshot = `${folder}/snapshots/${revision.commit}`;
  await mkdir(snapshot, { recursive: true });
  await mkdir(`${folder}/blobs`, { recursive: true });
  for (const [name, content] of Object.entries(revision.files)) {
    const file = `${snapshot}/${name}`;
    if (revision.copies) {
      await put(file, content);
      continue;
    }
    // Large files go by their sha256, text by what git calls it.
    const etag = typeof content === "string" ? gitSha1Of(content) : sha256Of(content);
    await put(`${folder}/blobs/${etag}`, content);
    await mkdir(path.dirname(file), { recursive: true });
    await symlink(path.relative(path.dirname(file), `${folder}/blobs/${etag}`), file);
  }
  for (const name of revision.refs ?? []) await put(`${folder}/refs/${name}`, revision.commit);
  return snapshot;
}
