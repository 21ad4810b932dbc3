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
  const of = (path: string): string | undefined => {
    if (ollama?.root !== undefined && isBelow(path, ollama.root)) return "Ollama";
    if (/[\\/]blobs[\\/]sha256-[0-9a-f]{64}$/.test(path)) return "Ollama";
    if (/[\\/](?:models|datasets|spaces)--[^\\/]+[\\/](?:blobs|snapshots)[\\/]/.test(path))
      return "Hugging Face's cache";
    return invoke.some((root) => isBelow(path, root)) ? "InvokeAI" : undefined;
  };
  return (path, real) => of(path) ?? of(real);
}
