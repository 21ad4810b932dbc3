import type { StoreDisk } from "../ports/store-disk.ts";

/**
 * Whether a link to a folder leads out of the root to where no link led before: what lies below the root is found where
 * it lies. @param followed ends of links so far; this one's is added
 */
export function leadsAnew(link: string, root: string, followed: Set<string>, disk: Pick<StoreDisk, "real">): boolean {
  const [to, top] = [disk.real(link), disk.real(root)];
  if (to === undefined || top === undefined || isWithin(to, top) || isWithin(top, to)) return false;
  if ([...followed].some((one) => isWithin(to, one))) return false;
  followed.add(to);
  return true;
}

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
