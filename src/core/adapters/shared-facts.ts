import type { Characteristic } from "../protocol/models.ts";
import type { FoundModel } from "../stores/found.ts";

/**
 * Lets equal characteristics be one object, of however many models: what is one object in a message is written, carried
 * and built once there, and built in the host's own loop; and what is one object from when it was found is kept once.
 * The very same model where nothing of it is another's.
 */
export function createSharing(): (model: FoundModel) => FoundModel {
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
  return (model) => {
    const characteristics = model.characteristics.map(share);
    const isAsBefore = characteristics.every((one, at) => one === model.characteristics[at]);
    return isAsBefore ? model : { ...model, characteristics };
  };
}
