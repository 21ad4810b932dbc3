import { randomBytes } from "node:crypto";
import type { FoundModel } from "../stores/found.ts";

/** Of one of those that were read together, by what they are called together. */
export const nameAt = (name: string, index: number): string => `${name}.${index.toString(36)}`;

/** Names for models that were read together and are remembered together; without blanks. */
export interface ModelNames {
  /** @param name of them all, as it was given to them before; else one that nobody ever gave, here or in another process */
  give(models: readonly FoundModel[], name?: string): string;
  /** Of one alone; undefined where none was given. */
  of(model: FoundModel): string | undefined;
}

export function createModelNames(): ModelNames {
  const series = randomBytes(9).toString("base64url");
  const given = new Map<FoundModel, string>();
  let count = 0;
  return {
    give: (models, name = `${series}.${(count += 1).toString(36)}`) => {
      for (const [index, model] of models.entries()) given.set(model, nameAt(name, index));
      return name;
    },
    of: (model) => given.get(model),
  };
}
