import type { Survey } from "../plan.ts";
import { isBelow } from "./paths.ts";

export const INVOKE_DATABASE = "/databases/invokeai.db";

/**
 * The program whose files these are, which cleans its store by itself: it would clear away a link, or miss its file.
 * Of InvokeAI where the survey has looked for its database.
 */
export function programOf({ ollama, disk }: Survey): (path: string, real: string) => string | undefined {
  const invoke = [...disk].flatMap(([path, facts]) =>
    path.endsWith(INVOKE_DATABASE) && facts.kind === "file" ? [path.slice(0, -INVOKE_DATABASE.length)] : [],
  );
  const of = (path: string): string | undefined => programAt(path, { ollama: ollama?.root, invoke });
  return (path, real) => of(path) ?? of(real);
}

/** The program that cleans the store a path lies in, told from the stores' roots and from how programs name their files. */
export function programAt(
  path: string,
  { ollama, invoke = [] }: { readonly ollama?: string | undefined; readonly invoke?: readonly string[] },
): string | undefined {
  if (ollama !== undefined && isBelow(path, ollama)) return "Ollama";
  if (/[\\/]blobs[\\/]sha256-[0-9a-f]{64}$/.test(path)) return "Ollama";
  if (/[\\/](?:models|datasets|spaces)--[^\\/]+[\\/](?:blobs|snapshots)[\\/]/.test(path)) return "Hugging Face's cache";
  return invoke.some((root) => isBelow(path, root)) ? "InvokeAI" : undefined;
}
