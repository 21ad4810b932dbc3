import type { Characteristic } from "../protocol/models.ts";
import type { FoundModel } from "../stores/found.ts";

/**
 * Lets equal characteristics be one object, of however many models: what is one object in a message is written, carried
 * and built once there, and built in the host's own loop.
 */
export function createSharing(): (models: readonly FoundModel[]) => readonly FoundModel[] {
  const known = new Map<string, Characteristic>();
  const share = (one: Characteristic): Characteristic => {
    const { name, source, confidence, value } = one;
    const key = `${name} ${source} ${confidence} ${typeof value === "string" ? "t" : ""}${value}`;
    const same = known.get(key);
    if (same) return same;
    known.set(key, one);
    return one;
  };
  return (models) => models.map((model) => ({ ...model, characteristics: model.characteristics.map(share) }));
}
