import type * as v from "valibot";

/**
 * Where a list stands for an object, by dots; undefined where none does. One without items would pass for an object
 * without fields.
 */
export function listForObject(schema: v.GenericSchema, value: unknown): string | undefined {
  return listAt(schema, value)?.join(".");
}

type Path = readonly string[];

function listAt(schema: unknown, value: unknown): Path | undefined {
  if (!isObject(schema) || value === undefined || value === null) return undefined;
  switch (schema["type"]) {
    case "optional":
    case "exact_optional":
    case "nullable":
      return listAt(schema["wrapped"], value);
    case "union": {
      const options: readonly unknown[] = Array.isArray(schema["options"]) ? schema["options"] : [];
      const found = options.filter((option) => isMeant(option, value)).map((option) => listAt(option, value));
      return found.every((path) => path !== undefined) ? found[0] : undefined;
    }
    case "array":
      return Array.isArray(value) ? within(value.entries(), () => schema["item"]) : undefined;
    case "record":
      return Array.isArray(value) ? [] : within(fieldsOf(value), () => schema["value"]);
    case "strict_object": {
      const entries = isObject(schema["entries"]) ? schema["entries"] : {};
      return Array.isArray(value) ? [] : within(fieldsOf(value), (name) => entries[name]);
    }
    default:
      return undefined;
  }
}

/** Of several forms, those that have no such fields are not meant. */
const isMeant = (schema: unknown, value: unknown): boolean => {
  const entries = isObject(schema) && schema["type"] === "strict_object" ? schema["entries"] : undefined;
  return !isObject(entries) || Array.isArray(value) || fieldsOf(value).every(([name]) => Object.hasOwn(entries, name));
};

function within<Key extends string | number>(
  parts: Iterable<readonly [Key, unknown]>,
  schemaOf: (key: Key) => unknown,
): Path | undefined {
  for (const [key, value] of parts) {
    const path = listAt(schemaOf(key), value);
    if (path) return [String(key), ...path];
  }
  return undefined;
}

const fieldsOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  isObject(value) ? Object.entries(value) : [];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
