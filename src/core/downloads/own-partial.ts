import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import type { PartialFiles } from "../ports/partial-files.ts";
import { partialPath, sidecarPath } from "./sidecar.ts";

/** Whether what has the name of a target's partial file is ours: a record, or at least our mark, is put beside it before it is made. */
export const isOwnPartial = async (files: Pick<Files, "stat">, target: string): Promise<boolean> =>
  (await files.stat(sidecarPath(target)))?.kind === "file";

/** Another program's file of that name makes way under another one: nothing of it counts, and it stays. */
export async function keepOthers(
  { files, partials, clock }: { readonly files: Files; readonly partials: PartialFiles; readonly clock: Clock },
  { target }: { readonly target: string },
): Promise<void> {
  const path = partialPath(target);
  if ((await isOwnPartial(files, target)) || !(await files.stat(path))) return;
  await partials.rename(path, `${path}.other-${new Date(clock.wall()).toISOString().replaceAll(/[:.]/g, "-")}`);
}
