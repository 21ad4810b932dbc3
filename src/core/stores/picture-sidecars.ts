import type { StoreSight } from "../ports/store-disk.ts";
import type { FoundModel } from "./found.ts";
import { parseJson } from "./parse-json.ts";
import { orTrouble } from "./problem-of.ts";

/** What lies beside a file and speaks of it, as web interfaces for pictures and their download tools leave it. */
export type SidecarFacts = Pick<FoundModel, "description" | "triggerWords" | "baseModel" | "preview">;

const PICTURES = ["png", "jpg", "jpeg", "webp", "gif"].flatMap((end) => [`.preview.${end}`, `.${end}`]);
/** The first that says something of a field wins. */
const TEXTS = [".modeldeck.json", ".civitai.info", ".metadata.json", ".cm-info.json", ".json"];
const LARGEST = 2 ** 20;

/** @param stem absolute path of the model's file without its ending @param names of all files of the folder */
export function sidecarsOf(stem: string, names: ReadonlySet<string>, sight: StoreSight): SidecarFacts {
  const cut = stem.lastIndexOf("/") + 1;
  const [folder, base] = [stem.slice(0, cut), stem.slice(cut)];
  const picture = PICTURES.find((end) => names.has(base + end));
  let facts: SidecarFacts = picture === undefined ? {} : { preview: folder + base + picture };
  for (const end of TEXTS) {
    if (!names.has(base + end)) continue;
    const path = folder + base + end;
    const text = orTrouble(path, sight, undefined, () => sight.disk.text(path, LARGEST));
    if (text !== undefined) facts = { ...readSidecarText(text), ...facts };
  }
  return facts;
}

/** Says nothing where the text is no JSON object, or of fields that hold something else. */
export function readSidecarText(text: string): SidecarFacts {
  const fields = fieldsOf(parseJson(text));
  const inner = fieldsOf(fields.get("civitai"));
  const first = <T>(read: (value: unknown) => T | undefined, ...names: readonly string[]): T | undefined => {
    for (const from of [fields, inner])
      for (const name of names) {
        const value = read(from.get(name));
        if (value !== undefined) return value;
      }
    return undefined;
  };
  const description = first(textOf, "description", "modelDescription", "ModelDescription");
  const triggerWords = first(wordsOf, "triggerWords", "trainedWords", "TrainedWords", "activation text");
  const baseModel = first(textOf, "baseModel", "base_model", "BaseModel", "sd version");
  return {
    ...(description !== undefined && { description }),
    ...(triggerWords !== undefined && { triggerWords }),
    ...(baseModel !== undefined && { baseModel }),
  };
}

const fieldsOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>(typeof value === "object" && value !== null ? Object.entries(value) : []);

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" && value !== "Unknown" ? value.trim() : undefined;

function wordsOf(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = typeof value === "string" ? value.split(",") : Array.isArray(value) ? value : [];
  const words = list.flatMap((word) => textOf(word) ?? []);
  return words.length > 0 ? words : undefined;
}
