import type { DiskLook } from "../../ports/disk-look.ts";
import type { MakeDigest } from "../../ports/digest.ts";
import { fault } from "../../util/faults.ts";
import { mapAtOnce } from "../at-once.ts";
import { reasonIn } from "./disk-facts.ts";
import { walkFolders } from "./walk.ts";

/**
 * A digest of all that lies in a folder, however deep: the same while nothing in it came, went or changed. No link is
 * followed. Rejects where a part of it cannot be looked at.
 */
export async function treeDigest(
  look: DiskLook,
  makeDigest: MakeDigest,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const paths: string[] = [];
  await walkFolders(
    look,
    folder,
    (at, items, error) => {
      if (error !== undefined) throw fault({ code: "fileUnreadable", path: at, reason: reasonIn(error) }, error);
      paths.push(...items.map(({ name }) => `${at}/${name}`));
    },
    signal,
  );
  const found = await mapAtOnce(paths, signal, async (path) => {
    const item = await look.look(path);
    return [path, item?.kind, item?.size, item?.modified, item?.identity];
  });
  const digest = makeDigest("sha256");
  const lines = found.map((one) => JSON.stringify(one)).toSorted();
  digest.update(new TextEncoder().encode(lines.join("\n")));
  return digest.hex();
}
