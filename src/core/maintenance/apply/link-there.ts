import type { DiskLook } from "../../ports/disk-look.ts";
import { fault } from "../../util/faults.ts";
import { type Seen, type Step } from "../plan.ts";
import { seenOf } from "../survey/disk-facts.ts";
import { isSame } from "./do-deeds.ts";

type LinkStep = Extract<Step, { kind: "removeLink" }>;

/**
 * The link as it lies there, where it may go: its bytes stay at the target. Of a clone that is so as long as neither has
 * been written to since, by size and time, which a clone has of its target; nobody compares the bytes.
 * @throws FaultError `stale` where it is none, or its bytes would be lost
 */
export async function linkThere(look: DiskLook, { path, target, how, seen }: LinkStep): Promise<Seen> {
  const item = await look.look(path);
  if (item === undefined) throw fault({ code: "stale", what: path, reason: "it is gone" });
  if (how === "symbolic") {
    if (item.kind !== "link") throw fault({ code: "stale", what: path, reason: "it is no link any more" });
    if ((await look.target(path)) === target) return seenOf(item);
    const [one, other] = await Promise.all([look.resolve(path), look.resolve(target)]);
    if (one !== undefined && one === other) return seenOf(item);
    throw fault({ code: "stale", what: path, reason: "it leads elsewhere" });
  }
  const original = await look.look(target);
  if (original?.kind !== "file")
    throw fault({ code: "stale", what: path, reason: `${target} is gone, and these may be its only bytes` });
  const same =
    how === "hard"
      ? item.identity === original.identity
      : item.kind === "file" &&
        isSame(original, seen) &&
        item.size === seen.size &&
        item.modified === seen.modified &&
        item.identity !== original.identity;
  if (!same) throw fault({ code: "stale", what: path, reason: `it is not what ${target} is` });
  return seenOf(item);
}
