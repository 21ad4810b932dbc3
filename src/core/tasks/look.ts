import type { FileFacts, Files } from "../ports/files.ts";
import { type Roots, rootOf } from "../registry/roots.ts";
import type { VerifyTarget } from "./verify-targets.ts";

export type Sight =
  | { readonly kind: "file"; readonly facts: FileFacts }
  | { readonly kind: "folder" | "missing" | "offline" | "unreadable" | "synthetic" };

export type Look = (target: Pick<VerifyTarget, "path" | "location">) => Promise<Sight>;

/** Tells a file that is gone from one whose drive is: where the root it belongs to is not there either, it is offline. */
export function createLook(files: Pick<Files, "stat">, roots: Roots): Look {
  async function isThere(root: string): Promise<boolean> {
    try {
      return (await files.stat(root)) !== undefined;
    } catch {
      return false;
    }
  }

  return async (target) => {
    // A model in a store that is reached through its server alone.
    if (target.path.startsWith("ollama://")) return { kind: "synthetic" };
    try {
      const facts = await files.stat(target.path);
      if (facts?.kind === "file") return { kind: "file", facts };
      if (facts) return { kind: facts.kind === "folder" ? "folder" : "unreadable" };
      const root = rootOf(roots, target);
      return { kind: root === undefined || (await isThere(root)) ? "missing" : "offline" };
    } catch {
      const root = rootOf(roots, target);
      return { kind: root === undefined || (await isThere(root)) ? "unreadable" : "offline" };
    }
  };
}
