import type { Characteristic } from "../protocol/models.ts";
import type { FoundModel } from "../stores/found.ts";

/**
 * Lets equal characteristics be one object, of however many models: what is one object in a message is written, carried
 * and built once there, and built in the host's own loop.
 */
export function createSharing(): (models: readonly FoundModel[]) => readonly FoundModel[] {
  const known = new Map<Characteristic["value"], Characteristic[]>();
  const share = (one: Characteristic): Characteristic => {
    const alike = known.get(one.value);
    if (!alike) known.set(one.value, [one]);
    const same = alike?.find(
      ({ name, source, confidence }) => name === one.name && source === one.source && confidence === one.confidence,
    );
    if (alike && !same) alike.push(one);
    return same ?? one;
  };
  return (models) => models.map((model) => ({ ...model, characteristics: model.characteristics.map(share) }));
}
