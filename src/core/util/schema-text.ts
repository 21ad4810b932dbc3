/**
 * A schema of a verb's arguments as TypeScript writes a type; only the kinds that verbs use.
 * @throws TypeError for any other
 */
export function schemaText(schema: unknown): string {
  const node = isObject(schema) ? schema : {};
  const options = Array.isArray(node["options"]) ? node["options"] : [];
  switch (node["type"]) {
    case "strict_object":
      return fieldsText(isObject(node["entries"]) ? Object.entries(node["entries"]) : []);
    case "nullable":
      return `${schemaText(node["wrapped"])} | null`;
    case "record":
      return `Record<string, ${schemaText(node["value"])}>`;
    case "optional":
    case "exact_optional":
      return schemaText(node["wrapped"]);
    case "array":
      return `${schemaText(node["item"])}[]`;
    case "union":
      return options.map(schemaText).join(" | ");
    case "picklist":
      return options.map((option) => JSON.stringify(option)).join(" | ");
    case "literal":
      return JSON.stringify(node["literal"]);
    case "unknown":
    case "string":
    case "number":
    case "boolean":
      return node["type"];
    default:
      throw new TypeError(`there are no words for a ${String(node["type"])}`);
  }
}

function fieldsText(entries: readonly (readonly [name: string, field: unknown])[]): string {
  const fields = entries.map(([name, field]) => `${name}${isLeftOut(field) ? "?" : ""}: ${schemaText(field)}`);
  return fields.length > 0 ? `{ ${fields.join(", ")} }` : "{}";
}

const isLeftOut = (field: unknown): boolean =>
  isObject(field) && (field["type"] === "optional" || field["type"] === "exact_optional");

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
