import type { Files } from "../ports/files.ts";
import { type DownloadPlan, planKey } from "./plan.ts";
import { folderOf } from "./safe-path.ts";

export type PlaceKey = (plan: DownloadPlan) => Promise<string>;

/**
 * `planKey` with links resolved: one place under two names, as of two locations, is one place. What else is to be linked
 * to the files makes no other download. For many plans of one moment: each root is resolved once.
 */
export function createPlaceKeys(files: Pick<Files, "resolve">): PlaceKey {
  const roots = new Map<string, Promise<string>>();
  const realRoot = (root: string): Promise<string> => {
    const real = roots.get(root) ?? resolved(files, root);
    roots.set(root, real);
    return real;
  };
  return async (plan) => {
    const real = plan.provider === "ollama" ? plan.root : await realRoot(plan.root);
    const there = (path: string): string => (path.startsWith(plan.root) ? real + path.slice(plan.root.length) : path);
    return planKey({
      ...plan,
      linkOut: [],
      files: plan.files.map((file) => ({
        ...file,
        target: there(file.target),
        ...(file.alias !== undefined && { alias: there(file.alias) }),
      })),
    });
  };
}

/** Of a folder that is not there yet, as far as it is. */
async function resolved(files: Pick<Files, "resolve">, folder: string): Promise<string> {
  for (let at = folder; ; at = folderOf(at)) {
    const real = await files.resolve(at).catch(() => undefined);
    if (real !== undefined) return real === "/" && at === "/" ? folder : real + folder.slice(at.length);
    if (at === folderOf(at)) return folder;
  }
}
