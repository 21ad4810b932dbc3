import type { Seen, Survey } from "../plan.ts";
import { type OllamaRemoval, usersOfBlobs } from "./ollama-removal.ts";
import type { Others } from "./others.ts";
import { isBelow, withoutEnd } from "./paths.ts";
import { type Finding, type Free, findingOf, realOf } from "./removing.ts";

/** Judges paths that are to go: the disk, Ollama's manifests and other entries each may hold them back. */
export interface Judge {
  path(path: string, ours: (seen: Seen) => boolean): Finding;
  /** What a link that goes leads to. */
  target(link: Free): Finding;
}

export function createJudge(survey: Survey, others: Others, models: OllamaRemoval): Judge {
  const { ollama } = survey;
  const users = ollama === undefined ? new Map<string, string>() : usersOfBlobs(ollama, new Set());
  const [unreadable] = ollama?.unreadable ?? [];

  function heldByOllama({ path, facts }: Free): Finding | undefined {
    if (ollama === undefined || facts.kind === "link") return undefined;
    if (models.blobs.has(path) || models.blobs.has(facts.real)) return { kind: "gone" };
    const user = users.get(path) ?? users.get(facts.real);
    if (user !== undefined) return { kind: "kept", reason: `${user} uses it` };
    return unreadable !== undefined && ollama.root !== undefined && isBelow(path, ollama.root)
      ? { kind: "kept", reason: `${unreadable} cannot be read, and may use it` }
      : undefined;
  }

  function claimed(free: Free): Finding {
    const held = heldByOllama(free);
    if (held !== undefined) return held;
    const reason = others.claim(free);
    return reason === undefined ? free : { kind: "kept", reason };
  }

  return {
    path: (path, ours) => {
      const found = findingOf(survey, path, ours);
      return found.kind === "free" ? claimed(found) : found;
    },
    target: ({ path, root, facts: { real } }) => {
      if (!isCacheLink(path, real)) return { kind: "kept", reason: `the link ${path} leads to it; only the link goes` };
      const realRoot = realOf(survey, root);
      if (!isBelow(real, realRoot)) return { kind: "kept", reason: `a link leads to it, out of ${root}` };
      const facts = survey.disk.get(real);
      return facts?.kind === "file"
        ? claimed({ kind: "free", path: withoutEnd(root) + real.slice(withoutEnd(realRoot).length), root, facts })
        : { kind: "kept", reason: "it was not looked at" };
    },
  };
}

/** Of a link only a blob of a Hugging Face cache goes with it; any other target is somebody's file. */
const isCacheLink = (path: string, real: string): boolean =>
  /[\\/]models--[^\\/]+[\\/]snapshots[\\/]/.test(path) && /[\\/]models--[^\\/]+[\\/]blobs[\\/][^\\/]+$/.test(real);
