import { isBelow } from "../maintenance/operations/paths.ts";
import type { FileFacts, Files } from "../ports/files.ts";
import type { VerifyTarget } from "./verify-targets.ts";

export type Sight =
  | { readonly kind: "file"; readonly facts: FileFacts }
  | { readonly kind: "folder" | "missing" | "offline" | "unreadable" | "synthetic" };

export interface Roots {
  readonly locations: readonly { readonly name: string; readonly path: string }[];
  readonly weightsRoot: string | undefined;
}

export type Look = (target: Pick<VerifyTarget, "path" | "location">) => Promise<Sight>;

/** Tells a file that is gone from one whose drive is: where the root it belongs to is not there either, it is offline. */
export function createLook(files: Pick<Files, "stat">, { locations, weightsRoot }: Roots): Look {
  const places = [...locations, ...(weightsRoot === undefined ? [] : [{ name: undefined, path: weightsRoot }])];

  function rootOf({ path, location }: Pick<VerifyTarget, "path" | "location">): string | undefined {
    const around = places
      .filter((place) => isBelow(path, place.path))
      .toSorted((a, b) => b.path.length - a.path.length);
    return (around[0] ?? places.find((place) => place.name !== undefined && place.name === location))?.path;
  }

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
      const root = rootOf(target);
      return { kind: root === undefined || (await isThere(root)) ? "missing" : "offline" };
    } catch {
      const root = rootOf(target);
      return { kind: root === undefined || (await isThere(root)) ? "unreadable" : "offline" };
    }
  };
}
