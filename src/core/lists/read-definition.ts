/** One list file of Wan2GP, as it is written: what the subtree `model` says of files. */
export interface Definition {
  readonly title?: string;
  readonly architecture?: string;
  readonly properties: ReadonlyMap<string, Property>;
}

/** `reference`: the same key of another entry; of a module, one of its lists by name. */
export type Property =
  | { readonly kind: "reference"; readonly to: string; readonly sub?: string }
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "modules"; readonly modules: readonly Property[]; readonly named: ReadonlyMap<string, Property> };

/** What was wrong, with the key it was wrong at. */
export interface Wrong {
  readonly key?: string;
  readonly problem: string;
}

/** Keys that name files. What else a list says (prompts, multipliers, steps) is none of our business. */
const FILE_KEYS = /^(?:[A-Za-z_]*URLs\d*|loras|VAE_URL|source\d*|module_source\d*)$/;
const MOST_NAMES = 500;
const LONGEST_NAME = 4096;

/** undefined with the reason where none of it can be used; else what can, with what cannot. */
export function readDefinition(text: string): { readonly definition?: Definition; readonly wrong: readonly Wrong[] } {
  const wrong: Wrong[] = [];
  const json = parse(text);
  if (json === undefined) return { wrong: [{ problem: "It is no JSON." }] };
  const model = isRecord(json) ? json["model"] : undefined;
  // A file of settings alone is no list, and no fault of anyone's.
  if (isRecord(json) && model === undefined) return { wrong };
  if (!isRecord(model)) return { wrong: [{ key: "model", problem: "It has no object “model”." }] };
  const properties = new Map<string, Property>();
  for (const [key, value] of Object.entries(model)) {
    if (value === null || (key !== "modules" && !FILE_KEYS.test(key))) continue;
    const note = (problem: string): void => void wrong.push({ key, problem });
    const property = key === "modules" ? modulesOf(value, note) : propertyOf(value, note);
    if (property) properties.set(key, property);
  }
  return {
    definition: {
      ...(typeof model["name"] === "string" && { title: model["name"].slice(0, 200) }),
      ...(typeof model["architecture"] === "string" && { architecture: model["architecture"].slice(0, 200) }),
      properties,
    },
    wrong,
  };
}

type Note = (problem: string) => void;

function propertyOf(value: unknown, note: Note): Property | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : textProperty(value.trim());
  if (!Array.isArray(value)) {
    note("It is neither a list of addresses nor the name of an entry.");
    return undefined;
  }
  const names: string[] = [];
  for (const one of value.slice(0, MOST_NAMES)) {
    if (typeof one === "string" && one.trim() !== "" && one.length <= LONGEST_NAME) names.push(one.trim());
    else if (one !== "" && one !== null) note("One of its items is no address.");
  }
  if (value.length > MOST_NAMES) note(`Only the first ${MOST_NAMES} of its ${value.length} items are read.`);
  return { kind: "names", names };
}

/** A file where it looks like one; the program takes a lone address for a list of one in places. */
const textProperty = (text: string): Property =>
  /^https?:/i.test(text) || /\.(?:safetensors|gguf|sft|pt|pth|ckpt|bin)$/i.test(text)
    ? { kind: "names", names: [text] }
    : { kind: "reference", to: text };

/** A list of entries' names, of lists of addresses, of objects of such lists; or one such object. */
function modulesOf(value: unknown, note: Note): Property | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : moduleReference(value.trim());
  const items: readonly unknown[] = Array.isArray(value) ? value.slice(0, MOST_NAMES) : [value];
  const modules: Property[] = [];
  const named = new Map<string, Property>();
  for (const item of items) {
    if (typeof item === "string") modules.push(moduleReference(item.trim()));
    else if (Array.isArray(item)) modules.push(...present(propertyOf(item, note)));
    else if (isRecord(item)) {
      for (const [name, list] of Object.entries(item)) {
        const property = propertyOf(list, note);
        if (!property) continue;
        named.set(name, property);
        modules.push(property);
      }
    } else note("One of its items is no module.");
  }
  return { kind: "modules", modules, named };
}

function moduleReference(text: string): Property {
  const at = text.lastIndexOf("#");
  return at < 0
    ? { kind: "reference", to: text }
    : { kind: "reference", to: text.slice(0, at), sub: text.slice(at + 1) };
}

const present = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
