import type { ModelParts } from "../head.ts";
import { type Json, asObject, listIn } from "./json.ts";

/** Templates that a server would use: the newest place first, and of that one all that are named. */
export function chatTemplates(
  texts: ModelParts["texts"],
  objects: (name: TemplateHolder) => Json | undefined,
): readonly string[] {
  const own = texts["chat_template.jinja"];
  if (own !== undefined && own.trim() !== "") return [own];
  for (const name of ["chat_template.json", "tokenizer_config.json"] as const) {
    const found = templatesIn(objects(name));
    if (found.length > 0) return found;
  }
  return [];
}

type TemplateHolder = "chat_template.json" | "tokenizer_config.json";

/** One text, or a list of named ones. */
function templatesIn(json: Json | undefined): readonly string[] {
  const one = json?.["chat_template"];
  const many = listIn(json, "chat_template")?.map((named) => asObject(named)?.["template"]) ?? [];
  return [one, ...many].flatMap((template) =>
    typeof template === "string" && template.trim() !== "" ? [template] : [],
  );
}
