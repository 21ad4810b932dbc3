import { texts } from "./settings-values.ts";

/** The roles of operations.md. */
export const DEFAULT_ROLES = [
  "caption",
  "keywords",
  "description",
  "narration",
  "object_detection",
  "vision_general",
  "chat",
  "code",
  "reasoning",
  "ocr",
  "embedding",
];

/** Without repetitions; an empty list would leave nothing to choose, and is as if it were not given. */
export const roleNames = (value: unknown): readonly string[] | undefined => {
  const names = texts(value);
  if (names?.some((name) => !/^[^\s|]{1,64}$/.test(name))) return undefined;
  return names && (names.length > 0 ? [...new Set(names)] : DEFAULT_ROLES);
};
