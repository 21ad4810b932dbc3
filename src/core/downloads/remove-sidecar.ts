import type { Files } from "../ports/files.ts";
import { removeOwn } from "./remove-own.ts";
import { sidecarPath } from "./sidecar.ts";

/** With what a process that was killed while it replaced the sidecar left beside it, see `durableReplace`. */
export async function removeSidecar(files: Pick<Files, "stat" | "list" | "remove">, target: string): Promise<void> {
  const sidecar = sidecarPath(target);
  const cut = Math.max(sidecar.lastIndexOf("/"), sidecar.lastIndexOf("\\")) + 1;
  const [folder, name] = [sidecar.slice(0, cut), sidecar.slice(cut)];
  await removeOwn(files, sidecar);
  for (const item of (await files.list(folder)) ?? []) {
    if (item.name.startsWith(`.${name}.`) && item.name.endsWith(".new")) await removeOwn(files, folder + item.name);
  }
}
