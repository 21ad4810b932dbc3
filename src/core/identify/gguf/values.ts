import type { GgufHeader } from "./read-gguf.ts";

/** Typed looks at the keys of a header. A key of the model's own stands below its architecture: `llama.block_count`. */
export interface GgufValues {
  readonly architecture: string | undefined;
  /** Undefined where it is blank. */
  text(key: string): string | undefined;
  /** Of an array, or of a single string. */
  texts(key: string): readonly string[];
  yes(key: string): boolean | undefined;
  count(key: string): number | undefined;
  /** The number of elements, kept or not. */
  length(key: string): number | undefined;
  own: {
    /** A whole number from 0. */
    count(key: string): number | undefined;
    /** One for each layer, or one for all. */
    counts(key: string): number | readonly number[] | undefined;
    yes(key: string): boolean | undefined;
    /** Whether a key begins so. */
    has(prefix: string): boolean;
  };
}

export function lookInto({ values }: Pick<GgufHeader, "values">): GgufValues {
  const text = (key: string): string | undefined => {
    const value = values.get(key);
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const array = (key: string) => {
    const value = values.get(key);
    return typeof value === "object" ? value : undefined;
  };
  const count = (key: string): number | undefined => whole(values.get(key));
  const yes = (key: string): boolean | undefined => {
    const value = values.get(key);
    return typeof value === "boolean" ? value : undefined;
  };
  const architecture = text("general.architecture");
  const own = (key: string): string => `${architecture ?? ""}.${key}`;
  return {
    architecture,
    text,
    texts: (key) => {
      const single = text(key);
      return single === undefined ? (array(key)?.elements.filter((one) => typeof one === "string") ?? []) : [single];
    },
    yes,
    count,
    length: (key) => array(key)?.length,
    own: {
      count: (key) => count(own(key)),
      counts: (key) => {
        const elements = array(own(key))?.elements;
        if (elements === undefined) return count(own(key));
        const counts = elements.map((element) => whole(typeof element === "boolean" ? Number(element) : element) ?? 0);
        return counts.length === 0 ? undefined : counts;
      },
      yes: (key) => yes(own(key)),
      has: (prefix) => Array.from(values.keys()).some((key) => key.startsWith(own(prefix))),
    },
  };
}

const whole = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
