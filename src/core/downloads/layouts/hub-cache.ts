import type { Files } from "../../ports/files.ts";
import { bytes, parseGitSha1, parseSha256 } from "../../util/ids.ts";
import type { DownloadPlan } from "../plan.ts";
import { folderOf, safeJoin } from "../safe-path.ts";
import { type Laid, type LaidFile, type Laying, type LayoutPorts, isFolder, nameBelow } from "./laid.ts";

/**
 * As huggingface_hub keeps it: bytes in `blobs/<etag>`, a link to them in `snapshots/<commit>/<path>`, the commit in
 * `refs/<revision>`. Where no symbolic links can be made the file itself lies in the snapshot, as huggingface_hub does it.
 * Its locks are for processes that share them by `flock`, which Node has not: what keeps two from one blob here is that
 * neither ever writes under the blob's own name, that a blob which another is fetching is waited for
 * (`other-writer.ts`), and that the one who comes last finds the same bytes there.
 */
export async function layInHubCache(ports: LayoutPorts, { place, analysis, selected }: Laying): Promise<Laid> {
  const root = await hubRoot(ports.files, place.root);
  const repository = safeJoin(root, place.folder.slice(place.root.replace(/[\\/]+$/, "").length + 1));
  const snapshot = safeJoin(repository, `snapshots/${analysis.commit}`);
  const linkable = await canLink(ports, root);
  const known = new Map(analysis.files.map((file) => [file.path, file]));
  const names = new Map<string, LaidFile>();
  for (const path of selected.paths) {
    const file = known.get(path);
    const name = nameBelow(snapshot, path);
    const etag = parseSha256(file?.sha256 ?? "") ?? parseGitSha1(file?.gitSha1 ?? "");
    const there = await ports.files.stat(name).catch(() => undefined);
    const isLink = there !== undefined && (await isNoFileOfItsOwn(ports.files, name));
    if (etag === undefined || !linkable || (there !== undefined && !isLink)) names.set(path, { target: name });
    else {
      const target = safeJoin(repository, `blobs/${etag}`);
      names.set(path, { target, alias: name, ...(there !== undefined && { aliased: true }) });
    }
  }
  const marks = await referenceOf(ports.files, repository, analysis);
  return { root, folder: snapshot, names, ...(marks && { marks }) };
}

/** A location may be named by what HF_HOME is set to: the cache is the folder `hub` in it. */
async function hubRoot(files: Files, root: string): Promise<string> {
  const items = (await files.list(root).catch(() => undefined)) ?? [];
  const isHub = items.some(({ name }) => /^(models|datasets|spaces)--/.test(name));
  return !isHub && (await isFolder(files, `${root}/hub`)) ? safeJoin(root, "hub") : root;
}

/** Of the nearest folder that is there. A volume that cannot be asked says so when it is written to. */
async function canLink({ files, links }: LayoutPorts, folder: string): Promise<boolean> {
  for (let at = folder; ; at = folderOf(at)) {
    if (await isFolder(files, at))
      return links.abilities(at).then(
        ({ symbolic }) => symbolic,
        () => true,
      );
    if (at === folderOf(at)) return true;
  }
}

async function isNoFileOfItsOwn(files: Files, name: string): Promise<boolean> {
  const [real, folder] = [await files.resolve(name), await files.resolve(folderOf(name))];
  return real === undefined || folder === undefined || folderOf(real) !== folder;
}

/** None where a commit was asked for, whole or by its first digits. */
async function referenceOf(
  files: Files,
  repository: string,
  { revision, commit }: Laying["analysis"],
): Promise<DownloadPlan["marks"]> {
  if (commit.startsWith(revision)) return undefined;
  const path = nameBelow(safeJoin(repository, "refs"), revision === "HEAD" ? "main" : revision);
  const before = await files.readText(path, bytes(4096)).catch(() => undefined);
  return [{ path, content: commit, ...(before !== undefined && { before }) }];
}
