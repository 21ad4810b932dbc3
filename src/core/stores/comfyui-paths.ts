import { isMap, isScalar, parseDocument } from "yaml";
import { isAbsolute } from "../downloads/safe-path.ts";

/** A folder that a file of extra paths names for one type of models. */
export interface ExtraFolder {
  readonly type: string;
  /** Absolute, with slashes. */
  readonly path: string;
}

/**
 * Reads an `extra_model_paths.yaml`: sections of types, each with a folder a line, below the section's `base_path`; the
 * sections that are default come first. What needs a shell to be understood (`~`, variables) is left alone and told.
 * @param folder the one the file lies in, absolute
 */
export function parseExtraPaths(
  text: string,
  folder: string,
): { readonly folders: readonly ExtraFolder[]; readonly problems: readonly string[] } {
  const document = parseDocument(text, { uniqueKeys: false, logLevel: "silent" });
  const [broken] = document.errors;
  if (broken) return { folders: [], problems: [`This is not valid YAML: ${broken.message.split("\n")[0] ?? ""}`] };
  const problems: string[] = [];
  const first: ExtraFolder[] = [];
  const rest: ExtraFolder[] = [];
  if (document.contents === null) return { folders: [], problems };
  if (!isMap(document.contents))
    return { folders: [], problems: ["It holds no sections. Give each program one, with its types in it."] };
  for (const { key, value } of document.contents.items) {
    // A key that is a map is none of ComfyUI's, and grows beyond all bounds as a word.
    if (!isScalar(key)) continue;
    const section = String(key.value);
    if (value === null || (isScalar(value) && value.value === null)) continue;
    if (!isMap(value)) {
      problems.push(`The section “${section}” holds no types.`);
      continue;
    }
    const pairs = value.items.flatMap((pair) =>
      isScalar(pair.key)
        ? [[String(pair.key.value), isScalar(pair.value) ? pair.value.value : pair.value] as const]
        : [],
    );
    const base = pairs.find(([name]) => name === "base_path")?.[1];
    const isDefault = pairs.some(([name, told]) => name === "is_default" && told === true);
    const above = absolute(typeof base === "string" ? base : "", folder);
    if (typeof above !== "string") {
      problems.push(`The base_path of “${section}” ${above.problem}`);
      continue;
    }
    for (const [type, told] of pairs) {
      if (OTHER_KEYS.has(type) || told === null) continue;
      const lines = typeof told === "string" ? told.split("\n").map((line) => line.trim()) : undefined;
      if (!lines) problems.push(`“${type}” of “${section}” takes a folder, or several on a line each.`);
      for (const line of lines ?? []) {
        if (line === "") continue;
        const path = absolute(line, above);
        if (typeof path === "string") (isDefault ? first : rest).push({ type, path });
        else problems.push(`“${type}” of “${section}” ${path.problem}`);
      }
    }
  }
  return { folders: [...first, ...rest], problems };
}

/** What a section holds beside folders of models. */
const OTHER_KEYS: ReadonlySet<string> = new Set(["base_path", "is_default", "custom_nodes", "configs"]);

function absolute(told: string, below: string): string | { readonly problem: string } {
  if (told.startsWith("~") || /\$|%\w+%/.test(told))
    return { problem: `is “${told}”, which only ComfyUI's own shell understands. Write the whole path.` };
  const path = told.replaceAll("\\", "/").replace(/(?<=.)\/+$/, "");
  if (path === "") return below;
  return isAbsolute(path) ? path : `${below}/${path.replace(/^(\.\/)+/, "")}`;
}
