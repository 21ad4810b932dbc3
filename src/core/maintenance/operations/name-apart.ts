import { nameEntry } from "../../registry/entry-naming.ts";
import type { NewEntry } from "../../registry/new-entry.ts";
import type { FoundModel, StoreKind } from "../../stores/found.ts";

const STORES: Readonly<Record<Exclude<StoreKind, "folder">, string>> = {
  huggingface: "HF cache",
  ollama: "Ollama",
  lmstudio: "LM Studio",
  invokeai: "InvokeAI",
  comfyui: "ComfyUI",
};

/**
 * Under a name that nobody has: its own, else told apart by its owner, by where it lies, or by a number.
 * @param isTaken whether something else has the name
 */
export function nameApart(entry: NewEntry, found: FoundModel, isTaken: (name: string) => boolean): NewEntry {
  const [owner, tail] = (found.source?.reference ?? "").split("/");
  const place = found.store === "folder" ? entry.location : STORES[found.store];
  const words = [tail === undefined ? undefined : owner, place].filter((word) => word !== undefined && word !== "");
  for (const word of words) {
    const told = { ...entry, family: `${word}-${entry.family}`, displayName: `${entry.displayName} · ${word}` };
    if (!isTaken(nameEntry(told))) return told;
  }
  for (let count = 2; ; count += 1) {
    const told = { ...entry, family: `${entry.family}-${count}`, displayName: `${entry.displayName} · ${count}` };
    if (!isTaken(nameEntry(told))) return told;
  }
}
