import type { ServerResponse } from "node:http";
import { type Repository, type Revision, type StoredFile, findRevision } from "./repositories.ts";

export interface Account {
  readonly name: string;
  /** Gated repositories whose terms it accepted. */
  readonly granted?: readonly string[];
  /** Private repositories it may see. */
  readonly sees?: readonly string[];
}

/** Who asks: `none` without a token, `wrong` with one that is not known. */
export type Asker = "none" | "wrong" | Account;

export interface Refusal {
  readonly status: number;
  readonly code?: "RepoNotFound" | "RevisionNotFound" | "EntryNotFound" | "GatedRepo";
  readonly message: string;
}

export const isRefusal = (thing: object): thing is Refusal => "status" in thing && "message" in thing;

export function refuse(response: ServerResponse, { status, code, message }: Refusal): void {
  response
    .writeHead(status, {
      "content-type": "application/json; charset=utf-8",
      ...(code && { "x-error-code": code }),
      "x-error-message": message,
    })
    .end(JSON.stringify({ error: message }));
}

export function sendJson(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  const body = Buffer.from(JSON.stringify(value));
  response
    .writeHead(200, {
      "content-type": "application/json; charset=utf-8",
      "content-length": String(body.length),
      etag: `W/"${body.length.toString(16)}"`,
      ratelimit: '"api";r=499;t=300',
      "ratelimit-policy": '"fixed window";"api";q=500;w=300',
      ...headers,
    })
    .end(body);
}

/** May this asker know that the repository exists? The hub answers 401 to strangers also for what is not there. */
export function visible(repository: Repository | undefined, asker: Asker): Repository | Refusal {
  if (asker === "wrong") return { status: 401, message: "Invalid credentials in Authorization header" };
  const seen =
    repository !== undefined &&
    (repository.private !== true || (asker !== "none" && (asker.sees ?? []).includes(repository.id)));
  if (!seen) {
    return asker === "none"
      ? { status: 401, code: "RepoNotFound", message: "Invalid username or password." }
      : { status: 404, code: "RepoNotFound", message: "Repository not found" };
  }
  if (repository.disabled === true) return { status: 403, message: "Access to this resource is disabled." };
  return repository;
}

/** May this asker have the files? */
export function readable(repository: Repository, asker: Asker): Refusal | undefined {
  if (repository.gated === undefined || repository.gated === false) return undefined;
  if (asker === "none" || asker === "wrong") {
    return {
      status: 401,
      code: "GatedRepo",
      message: `Access to model ${repository.id} is restricted. You must have access to it and be authenticated to access it. Please log in.`,
    };
  }
  if ((asker.granted ?? []).includes(repository.id)) return undefined;
  return {
    status: 403,
    code: "GatedRepo",
    message: `Access to model ${repository.id} is restricted and you are not in the authorized list.`,
  };
}

export function revisionOf(repository: Repository, wanted: string): Revision | Refusal {
  return (
    findRevision(repository, wanted) ?? {
      status: 404,
      code: "RevisionNotFound",
      message: `Invalid rev id: ${wanted}`,
    }
  );
}

export function modelInfo(repository: Repository, revision: Revision): Record<string, unknown> {
  return {
    _id: revision.commit.slice(0, 24),
    id: repository.id,
    modelId: repository.id,
    author: repository.id.split("/")[0],
    sha: revision.commit,
    private: repository.private ?? false,
    gated: repository.gated ?? false,
    disabled: repository.disabled ?? false,
    downloads: 0,
    likes: 0,
    lastModified: "2026-11-01T00:00:00.000Z",
    createdAt: "2026-11-01T00:00:00.000Z",
    tags: tagsOf(repository, revision),
    ...(repository.task !== undefined && { pipeline_tag: repository.task }),
    ...(repository.library !== undefined && { library_name: repository.library }),
    ...((repository.licence ?? repository.gatedPrompt) !== undefined && {
      cardData: { license: repository.licence, extra_gated_prompt: repository.gatedPrompt },
    }),
    ...(repository.gguf && { gguf: repository.gguf }),
    siblings: revision.files.map((file) => ({ rfilename: file.path })),
  };
}

function tagsOf(repository: Repository, revision: Revision): readonly string[] {
  const formats = ["gguf", "safetensors"].filter((format) =>
    revision.files.some((file) => file.path.endsWith(`.${format}`)),
  );
  const licence = repository.licence === undefined ? [] : [`license:${repository.licence}`];
  return [...new Set([...formats, ...(repository.tags ?? []), ...licence])];
}

const SAFE = { status: "safe", avScan: { status: "safe" }, pickleImportScan: { status: "unscanned" } };

export function treeItem(
  file: StoredFile,
  revision: Revision,
  expand: boolean,
  scans: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    type: "file",
    oid: file.oid,
    size: file.size,
    path: file.path,
    ...(file.lfs && { lfs: { oid: file.sha256, size: file.size, pointerSize: 134 } }),
    ...(expand && {
      lastCommit: { id: revision.commit, title: "Add files", date: "2026-11-01T00:00:00.000Z" },
      securityFileStatus: scans[file.path] ?? SAFE,
    }),
  };
}

/** Files and folders below `folder`, as git lists them; with `recursive` also those further down. */
export function treeItems(
  revision: Revision,
  { folder, recursive, expand }: { readonly folder: string; readonly recursive: boolean; readonly expand: boolean },
): readonly Record<string, unknown>[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  const items: Record<string, unknown>[] = [];
  const listed = new Set<string>();
  for (const file of revision.files) {
    if (!file.path.startsWith(prefix)) continue;
    const parts = file.path.slice(prefix.length).split("/");
    for (let depth = 1; depth < (recursive ? parts.length : Math.min(2, parts.length)); depth++) {
      const directory = prefix + parts.slice(0, depth).join("/");
      if (listed.has(directory)) continue;
      listed.add(directory);
      items.push({ type: "directory", oid: revision.commit, size: 0, path: directory });
    }
    if (recursive || parts.length === 1) items.push(treeItem(file, revision, expand));
  }
  return items;
}
