import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { parse as parseYaml } from "yaml";
import { type GgufFacts, readGgufFacts } from "./gguf-facts.ts";

/** What `.hub.json` in a repository's folder may say of it; options of the server win. */
export interface RepositoryFacts {
  readonly gated?: false | "auto" | "manual";
  /** What its owner puts before those who ask for access. */
  readonly gatedPrompt?: string;
  readonly private?: boolean;
  /** Taken down: every answer is 403. */
  readonly disabled?: boolean;
  readonly licence?: string;
  readonly tags?: readonly string[];
  readonly task?: string;
  readonly library?: string;
  /** What scanners say, by path; `safe` of all others. */
  readonly scans?: Readonly<Record<string, unknown>>;
  /** Old names that redirect here. */
  readonly formerly?: readonly string[];
}

export interface StoredFile {
  readonly path: string;
  /** On this disk. */
  readonly file: string;
  readonly size: number;
  /** Of the content, as git names a blob; for a large file of its pointer. */
  readonly oid: string;
  readonly sha256: string;
  readonly lfs: boolean;
}

export interface Revision {
  readonly name: string;
  readonly commit: string;
  readonly files: readonly StoredFile[];
}

export interface Repository extends RepositoryFacts {
  readonly id: string;
  readonly revisions: readonly Revision[];
  readonly gguf?: GgufFacts;
}

const LARGE = /\.(gguf|safetensors|bin|pt|pth|ckpt|onnx)$/i;
const LARGE_SIZE = 1_000_000;

/** Digests by path, size and time, so that a scan reads each file once. */
const digests = new Map<string, { readonly sha256: string; readonly blob: string }>();

/**
 * `<folder>/<owner>/<repo>/**` is revision `main`; `<folder>/<owner>/<repo>@<name>/**` is revision `<name>`.
 * A commit's id is the sha1 of its content, so equal content has equal commits, on every machine.
 */
export async function scanRepositories(folder: string): Promise<readonly Repository[]> {
  const found = new Map<string, { facts: RepositoryFacts; revisions: Revision[]; gguf?: GgufFacts }>();
  for (const owner of await folders(folder)) {
    for (const name of (await folders(path.join(folder, owner))).toSorted()) {
      const [tail = name, branch = "main"] = name.split("@");
      const id = `${owner}/${tail}`;
      const root = path.join(folder, owner, name);
      const repository = found.get(id) ?? { facts: {}, revisions: [] };
      found.set(id, repository);
      const files = await scanFiles(root);
      repository.revisions.push({ name: branch, commit: commitOf(files), files });
      if (branch !== "main") continue;
      repository.facts = { ...(await licenceOf(root)), ...(await readFacts(root)) };
      const gguf = files.find((file) => file.path.endsWith(".gguf"));
      const facts = gguf && (await readGgufFacts(gguf.file));
      if (facts) repository.gguf = facts;
    }
  }
  return [...found].map(([id, { facts, revisions, gguf }]) => ({ id, ...facts, revisions, ...(gguf && { gguf }) }));
}

/** By name, or by the commit or its first seven digits and more. */
export const findRevision = (repository: Repository, wanted: string): Revision | undefined =>
  repository.revisions.find((revision) => revision.name === (wanted === "HEAD" ? "main" : wanted)) ??
  repository.revisions.find((revision) => /^[0-9a-f]{7,40}$/.test(wanted) && revision.commit.startsWith(wanted));

async function folders(folder: string): Promise<readonly string[]> {
  const items = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return items.filter((item) => item.isDirectory() && !item.name.startsWith(".")).map((item) => item.name);
}

async function scanFiles(root: string): Promise<readonly StoredFile[]> {
  const names = await readdir(root, { recursive: true, withFileTypes: true });
  const files: StoredFile[] = [];
  for (const item of names) {
    const file = path.join(item.parentPath, item.name);
    const inside = path.relative(root, file).split(path.sep).join("/");
    if (!item.isFile() || inside === ".hub.json") continue;
    const { size, mtimeMs } = await stat(file);
    const { sha256, blob } = await digestsOf(file, size, mtimeMs);
    const lfs = LARGE.test(inside) || size > LARGE_SIZE;
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${size}\n`;
    files.push({ path: inside, file, size, sha256, lfs, oid: lfs ? gitBlob(Buffer.from(pointer)) : blob });
  }
  // By bytes, as git orders a tree.
  return files.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

async function digestsOf(file: string, size: number, time: number): Promise<{ sha256: string; blob: string }> {
  const key = `${file}|${size}|${time}`;
  const known = digests.get(key);
  if (known) return known;
  const sha256 = createHash("sha256");
  const blob = createHash("sha1").update(`blob ${size}\0`);
  for await (const chunk of createReadStream(file)) {
    sha256.update(chunk);
    blob.update(chunk);
  }
  const made = { sha256: sha256.digest("hex"), blob: blob.digest("hex") };
  digests.set(key, made);
  return made;
}

const gitBlob = (content: Buffer): string =>
  createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");

const commitOf = (files: readonly StoredFile[]): string =>
  createHash("sha1")
    .update(files.map((file) => `${file.oid} ${file.path}\n`).join(""))
    .digest("hex");

async function readFacts(root: string): Promise<RepositoryFacts> {
  try {
    return JSON.parse(await readFile(path.join(root, ".hub.json"), "utf8")) as RepositoryFacts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

async function licenceOf(root: string): Promise<RepositoryFacts> {
  const card = await readFile(path.join(root, "README.md"), "utf8").catch(() => "");
  const frontMatter = /^---\n([^]*?)\n---\n/.exec(card)?.[1] ?? "";
  const { license: licence } = (parseYaml(frontMatter) ?? {}) as { license?: string };
  return licence === undefined ? {} : { licence };
}
