import type { FiledEntry } from "../registry/registry-file.ts";
import type { Trouble } from "./registry/calls.ts";

/** From the thread that reads a registry file: entries, until `end` or `failed`. */
export type RegistryFileReply =
  | { readonly kind: "entries"; readonly entries: readonly FiledEntry[] }
  | { readonly kind: "end" }
  | { readonly kind: "failed"; readonly trouble: Trouble };
